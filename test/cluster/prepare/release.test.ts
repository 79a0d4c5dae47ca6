import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { specsOf } from "../../../src/cluster/components/component.ts";
import { components } from "../../../src/cluster/components/index.ts";
import { readCluster } from "../../../src/cluster/prepare/defaults.ts";
import type { Released } from "../../../src/cluster/prepare/release.ts";
import { releaseFields } from "../../../src/cluster/prepare/release.ts";
import type { KubeObject, ObjectMeta } from "../../../src/kube/object.ts";
import { clusterObject, leastSpec } from "../../support/cluster-scope.ts";
import { memoryStore } from "../../support/memory-store.ts";

const specs = specsOf(components);
const annotation = "onecloud.yunion.io/release-defaults";
const spec: JsonObject = { ...leastSpec, region: "region0", regionServer: { dnsConfig: null, replicas: 1 } };

function stored(metadata: Partial<ObjectMeta> = {}): KubeObject {
  const object = clusterObject(spec);
  return { ...object, metadata: { ...object.metadata, resourceVersion: "7", ...metadata } };
}

function credentials(kind: "Secret" | "ConfigMap"): KubeObject {
  const metadata = { name: "prod-cluster-config", namespace: "onecloud" };
  return { apiVersion: "v1", kind, metadata, data: { OnecloudClusterConfig: "e30=" } };
}

const ours: ObjectMeta["managedFields"] = [
  { manager: "onecloud-operator-defaults", operation: "Apply", fieldsV1: { "f:spec": { "f:zone": {} } } },
];

/** What becomes of a cluster beside these objects, and the writes of the cluster. */
async function release(
  object: KubeObject,
  ...beside: readonly KubeObject[]
): Promise<Released & { readonly written: readonly KubeObject[] }> {
  const written: KubeObject[] = [];
  const writer = {
    isTakenOver: () => Promise.resolve(false),
    replaceCluster: (replaced: KubeObject) => {
      written.push(replaced);
      return Promise.resolve(replaced);
    },
  };
  const reading = await readCluster(object, specs, writer);
  const how = { specs, store: memoryStore(...beside), writer, controlPlaneNodes: 1 };
  return { ...(await releaseFields(reading, how)), written };
}

describe("fields that nobody asked for", () => {
  it.each(["Secret", "ConfigMap"] as const)(
    "are released where credentials lie in a %s and no default was ever filled in",
    async (kind) => {
      const { released, written, reading } = await release(stored(), credentials(kind));
      expect(released).toEqual(["spec.region", "spec.regionServer.replicas", "spec.regionServer.dnsConfig"]);
      expect(written.map((one) => [one.metadata.resourceVersion, one["spec"]])).toEqual([["7", leastSpec]]);
      expect(reading.written).toEqual(leastSpec);
    },
  );

  it.each([
    ["of a new cluster", stored(), []],
    ["of one whose defaults are filled in", stored({ managedFields: ours }), [credentials("Secret")]],
    ["where the annotation says no", stored({ managedFields: ours, annotations: { [annotation]: "false" } }), []],
  ])("stay %s", async (_, object, beside) => {
    const { released, written, reading } = await release(object, ...beside);
    expect([released, written]).toEqual([[], []]);
    expect(reading.object).toBe(object);
  });

  it("are released when the annotation asks for it, which goes by the same write", async () => {
    const annotations = { [annotation]: "true", mine: "stays" };
    const { released, written } = await release(stored({ managedFields: ours, annotations }));
    expect(released).toContain("spec.region");
    expect(written.map(({ metadata }) => metadata.annotations)).toEqual([{ mine: "stays" }]);
  });

  it("take their owners with them, also those of items of what is atomic now", async () => {
    const theirs = {
      "f:region": {},
      "f:regionServer": { "f:dnsConfig": { "f:options": {} } },
      "f:mysql": { "f:host": {} },
    };
    const managedFields = [{ manager: "old", operation: "Update" as const, fieldsV1: { "f:spec": theirs } }];
    const { written } = await release(stored({ managedFields }), credentials("Secret"));
    expect(written[0]?.metadata.managedFields).toEqual([
      { manager: "old", operation: "Update", fieldsV1: { "f:spec": { "f:mysql": { "f:host": {} } } } },
    ]);
  });

  it("cost no write where there are none", async () => {
    const { written } = await release({ ...stored(), spec: leastSpec }, credentials("Secret"));
    expect(written).toEqual([]);
  });
});
