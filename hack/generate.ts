import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { dump } from "js-yaml";
import { clusterDefinition } from "../src/cluster/crd.ts";
import { graphSvg } from "../src/cli/graph/svg.ts";
import { components } from "../src/cluster/components/index.ts";
import { catalogueGraph } from "../src/cluster/graph.ts";
import { apiReference } from "./api-reference.ts";
import { componentsReference } from "./components-reference.ts";

/** Writes what follows from the components; with `--check` only tells whether it is up to date. */
const files: Readonly<Record<string, string>> = {
  "crds/onecloudclusters.yaml": `# Generated from src/cluster by make generate.\n${dump(clusterDefinition(), { lineWidth: -1, noRefs: true, flowLevel: 11 })}`,
  "docs/reference/api.md": apiReference(),
  "docs/reference/components.md": componentsReference(),
  "docs/reference/dependencies.svg": graphSvg(catalogueGraph(components)),
};

async function current(path: string): Promise<string> {
  return await readFile(path, "utf8").catch(() => "");
}

const check = process.argv.includes("--check");
const stale: string[] = [];
for (const [path, text] of Object.entries(files)) {
  if ((await current(path)) === text) continue;
  stale.push(path);
  if (check) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  console.log(`wrote ${path}`);
}
if (check && stale.length > 0) {
  console.error(`stale: ${stale.join(", ")}: run make generate`);
  process.exitCode = 1;
}
