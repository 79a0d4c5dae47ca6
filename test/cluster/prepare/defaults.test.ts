import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { isMapping } from "../../../src/cluster/api/field.ts";
import { specsOf } from "../../../src/cluster/components/component.ts";
import { components } from "../../../src/cluster/components/index.ts";
import type { DefaultsWriter, Reading } from "../../../src/cluster/prepare/defaults.ts";
import { readCluster, storeDefaults } from "../../../src/cluster/prepare/defaults.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/kube/object.ts";
import { clusterObject, leastSpec } from "../../support/cluster-scope.ts";

/** Where defaults are written; it keeps what was applied. */
interface Applied extends DefaultsWriter {
  readonly applied: KubeObject[];
}

function writer(takenOver = false): Applied {
  const applied: KubeObject[] = [];
  return {
    applied,
    isTakenOver: () => Promise.resolve(takenOver),
    applyDefaults: (object) => {
      applied.push(object);
      return Promise.resolve({ ...object, metadata: { ...object.metadata, generation: 4 } });
    },
  };
}

async function read(object: KubeObject, takenOver = false): Promise<Reading> {
  return await readCluster(object, specsOf(components), writer(takenOver));
}

function fieldsOf(spec: JsonObject): Record<string, object> {
  const entries = Object.entries(spec).map(([key, value]) => {
    return [`f:${key}`, isMapping(value) ? fieldsOf(value) : {}];
  });
  return Object.fromEntries(entries) as Record<string, object>;
}

function held(manager: string, operation: "Apply" | "Update", spec: JsonObject): ManagedFieldsEntry {
  return { manager, operation, fieldsType: "FieldsV1", fieldsV1: { "f:spec": fieldsOf(spec) } };
}

/** The cluster as the API server stores it: `ours` is held by the operator's defaults, `theirs` by a person. */
function stored(theirs: JsonObject, ours: JsonObject): KubeObject {
  const merge = (a: JsonObject, b: JsonObject): JsonObject => {
    const inner = Object.entries(b).map(([key, value]) => {
      const below = a[key];
      return [key, isMapping(below) ? merge(below, value as JsonObject) : value];
    });
    return { ...a, ...(Object.fromEntries(inner) as JsonObject) };
  };
  const object = clusterObject(merge(theirs, ours));
  const managedFields = [held("kubectl", "Update", theirs), held("onecloud-operator-defaults", "Apply", ours)];
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

describe("a cluster that a person has just written", () => {
  it("is filled in by one apply that names the object by its UID and repeats nothing of theirs", async () => {
    const to = writer();
    const reading = await storeDefaults(await read(clusterObject(leastSpec)), to);
    expect(to.applied).toHaveLength(1);
    const [applied] = to.applied;
    expect(applied?.metadata).toEqual({ name: "prod", namespace: "onecloud", uid: "cluster-uid" });
    expect(applied?.["spec"]).toMatchObject({ version: "latest", mysql: { port: 3306, username: "root" } });
    expect(JSON.stringify(applied)).not.toContain("db-password");
    expect(reading.cluster.generation).toBe(4);
  });
});

describe("a cluster that was filled in", () => {
  it("is not written again", async () => {
    const { toFill } = await read(clusterObject(leastSpec));
    const again = await read(stored(leastSpec, toFill));
    const to = writer();
    expect(await storeDefaults(again, to)).toBe(again);
    expect(to.applied).toEqual([]);
    expect(again.written).toEqual(leastSpec);
  });

  it("gets other defaults when their source changes, and the cluster is meant so at once", async () => {
    const { toFill } = await read(clusterObject(leastSpec));
    const { version: _, ...rest } = toFill;
    const changed = await read(stored({ ...leastSpec, version: "v9" }, rest));
    expect(changed.cluster.specs["keystone"]?.["image"]).toBe("registry.hub.docker.com/yunion/keystone:v9");
    const to = writer();
    await storeDefaults(changed, to);
    expect(to.applied[0]?.["spec"]).toMatchObject({
      keystone: { image: "registry.hub.docker.com/yunion/keystone:v9" },
    });
  });

  it("gets a default back that a person took out again", async () => {
    const { toFill } = await read(clusterObject(leastSpec));
    const { zone: _, ...rest } = toFill;
    expect((await read(stored(leastSpec, rest))).toFill["zone"]).toBe("zone0");
  });
});

describe("where option files are kept", () => {
  const storageOf = async (object: KubeObject, takenOver: boolean): Promise<string> =>
    (await read(object, takenOver)).cluster.platform.optionFiles.storage;

  it("is in Secrets for a new cluster, and in ConfigMaps for one of the reference", async () => {
    expect(await storageOf(clusterObject(leastSpec), false)).toBe("Secret");
    expect(await storageOf(clusterObject(leastSpec), true)).toBe("ConfigMap");
  });

  it("stays as it was decided", async () => {
    const decided = { optionFiles: { storage: "Secret" } };
    expect(await storageOf(stored(leastSpec, decided), true)).toBe("Secret");
    expect(await storageOf(stored(leastSpec, { optionFiles: { storage: "ConfigMap" } }), false)).toBe("ConfigMap");
  });

  it("is where a person says, whatever was decided", async () => {
    const spec = { ...leastSpec, optionFiles: { storage: "Secret" } };
    expect(await storageOf(clusterObject(spec), true)).toBe("Secret");
  });
});
