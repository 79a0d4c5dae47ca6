import { existsSync, readdirSync } from "node:fs";
import { dump } from "js-yaml";
import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { isKubeObject, readYaml } from "./scenarios.ts";
import { decoded, wantedBy } from "./wanted.ts";

const examples = new URL("examples/", import.meta.url);
const rendered = new URL("rendered/", import.meta.url);
const names = readdirSync(examples).map((file) => file.replace(/\.yaml$/, ""));

/** The objects as a stream of YAML documents, the same text for the same objects; Secrets with their values as text. */
function streamOf(objects: readonly KubeObject[]): string {
  return objects
    .map((object) => dump(decoded(object), { lineWidth: -1, noRefs: true, sortKeys: true, quoteStyle: "double" }))
    .join("---\n");
}

describe.each(names)("the example %s", (name) => {
  const wanted = wantedBy(readYaml(new URL(`${name}.yaml`, examples), isKubeObject), "Secret");
  const running = [...wanted].filter(([, objects]) => objects.length > 0);

  it.each(running)("gets for %s the objects that are written down", async (component, objects) => {
    await expect(streamOf(objects)).toMatchFileSnapshot(new URL(`${name}/${component}.yaml`, rendered).pathname);
  });

  it("has no file left of a component that wants nothing any more", () => {
    const files = existsSync(new URL(name, rendered)) ? readdirSync(new URL(name, rendered)) : [];
    expect(files.filter((file) => !running.some(([component]) => file === `${component}.yaml`))).toEqual([]);
  });
});
