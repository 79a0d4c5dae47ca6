import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { rows } from "../src/cluster/sync/kinds.ts";
import { type Definitions, reduce } from "./openapi/reduce.ts";

/**
 * Writes what the API servers of the tested matrix know of the kinds that this project writes: test/openapi/kubernetes.jsonl, one
 * definition a line. The documents come from the Go module k8s.io/kubernetes. To move the matrix on, change the versions here and run
 * `make openapi`.
 */
const versions = ["v1.34.4", "v1.35.4", "v1.36.3"];

/** Kinds beside those that components are made of: what the operator writes besides, and what it is installed with. */
const others = [
  "v1 Namespace",
  "v1 Event",
  "events.k8s.io/v1 Event",
  "coordination.k8s.io/v1 Lease",
  "apiextensions.k8s.io/v1 CustomResourceDefinition",
  "networking.k8s.io/v1 NetworkPolicy",
  ...["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"].map((kind) => `rbac.authorization.k8s.io/v1 ${kind}`),
];

const execute = promisify(execFile);

async function definitionsOf(version: string): Promise<Definitions> {
  const { stdout } = await execute("go", ["mod", "download", "-json", `k8s.io/kubernetes@${version}`]);
  const { Dir } = JSON.parse(stdout) as { readonly Dir: string };
  const text = await readFile(join(Dir, "api/openapi-spec/swagger.json"), "utf8");
  return (JSON.parse(text) as { readonly definitions: Definitions }).definitions;
}

const kinds = [...rows.map(({ kind }) => `${kind.apiVersion} ${kind.kind}`), ...others];
const documents = new Map<string, Definitions>();
for (const version of versions) {
  documents.set(version.replace(/^v(\d+\.\d+)\.\d+$/, "$1"), await definitionsOf(version));
}
const lines = reduce(documents, kinds).map((definition) => `${JSON.stringify(definition)}\n`);
await writeFile(new URL("../test/openapi/kubernetes.jsonl", import.meta.url), lines.join(""));
console.log(`wrote test/openapi/kubernetes.jsonl: ${lines.length} definitions of Kubernetes ${versions.join(", ")}`);
