import { describe, expect, it } from "vitest";
import { LeavingError, writableWhile } from "../../../src/cluster/deletion/guard.ts";
import { configMaps } from "../../../src/kube/kinds.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { plainObject } from "../../support/plain-objects.ts";

describe("a store for a cluster that may leave at any time", () => {
  it("writes while the cluster is there, and from then on only deletes", async () => {
    let isThere = true;
    const memory = memoryStore();
    const store = writableWhile(() => isThere, memory);
    const first = await store.apply(configMaps, plainObject("ConfigMap", "a"));
    isThere = false;
    await expect(store.apply(configMaps, plainObject("ConfigMap", "b"))).rejects.toThrow(LeavingError);
    await expect(store.create(configMaps, plainObject("ConfigMap", "b"))).rejects.toThrow(LeavingError);
    await expect(store.save(configMaps, plainObject("ConfigMap", "c"))).rejects.toThrow(LeavingError);
    await store.delete(configMaps, first);
    expect(memory.writes()).toEqual(["apply ConfigMap a", "delete ConfigMap a"]);
  });
});
