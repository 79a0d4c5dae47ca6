import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editions, products } from "../../src/cluster/api/names.ts";
import { render } from "../../src/cluster/render.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { writtenSpec } from "../support/arbitrary-cluster.ts";
import { clusterObject } from "../support/cluster-scope.ts";
import { compare, type Difference } from "../support/golden.ts";
import { patternOf } from "./differences.ts";
import { isMapping, readScenarios } from "./scenarios.ts";
import { decoded, wantedBy } from "./wanted.ts";

const anEnvironmentValue = patternOf("spec.template.spec.containers[*].env[*].value*");

/** An object as it would be if option files were kept in ConfigMaps; `secrets` are the names of those that are not. */
function inConfigMaps(object: KubeObject, secrets: ReadonlySet<string>): KubeObject {
  if (object.kind !== "Secret") return { ...object, spec: withConfigMaps(object["spec"], secrets) };
  const { type: _, ...rest } = decoded(object);
  return { ...rest, kind: "ConfigMap", data: rest["stringData"], stringData: undefined };
}

/** Every volume source that is one of the Secrets, as the ConfigMap of the same name. */
function withConfigMaps(value: unknown, secrets: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withConfigMaps(item, secrets));
  if (!isMapping(value)) return value;
  const { secret, ...rest } = value;
  if (isMapping(secret) && secrets.has(String(secret["secretName"]))) {
    const { secretName, ...more } = secret;
    return { ...rest, configMap: { name: secretName, ...more } };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withConfigMaps(item, secrets)]));
}

/** What differs between the two modes beside the kind of the object, the source of the volume, and where an environment value comes from. */
function otherDifferences(inMaps: readonly KubeObject[], inSecrets: readonly KubeObject[]): readonly Difference[] {
  const names = new Set(inSecrets.filter(({ kind }) => kind === "Secret").map(({ metadata }) => metadata.name));
  const alike = inSecrets.map((object) => inConfigMaps(object, names));
  return compare(inMaps, alike).filter(({ path }) => !anEnvironmentValue.test(path));
}

describe.each(readScenarios())("option files of $name kept in Secrets", ({ cluster }) => {
  const inMaps = [...wantedBy(cluster, "ConfigMap").values()].flat();
  const inSecrets = [...wantedBy(cluster, "Secret").values()].flat();

  it("change only the kind of the object, the source of the volume, and where an environment value comes from", () => {
    expect(otherDifferences(inMaps, inSecrets)).toEqual([]);
    expect(inSecrets.filter(({ kind }) => kind === "Secret").length).toBeGreaterThan(5);
  });

  it("leave no credential in any object that is no Secret", () => {
    const shown = inSecrets.filter(({ kind }) => kind !== "Secret").map((object) => JSON.stringify(object));
    expect(shown.filter((text) => /pw-|fixed-bootstrap|your-sql-passwd|p@ss/.test(text))).toEqual([]);
  });
});

describe("option files of any cluster kept in Secrets", () => {
  const everywhere = products.flatMap((productVersion) => editions.map((edition) => ({ productVersion, edition })));

  it("change nothing else either", () => {
    fc.assert(
      fc.property(writtenSpec(), fc.constantFrom(...everywhere), (spec, { productVersion, edition }) => {
        const objectsIn = (storage: string): readonly KubeObject[] =>
          render(clusterObject({ ...spec, productVersion, optionFiles: { storage } }, edition)).flatMap(
            ({ objects }) => objects,
          );
        expect(otherDifferences(objectsIn("ConfigMap"), objectsIn("Secret"))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});
