import { describe, expect, it } from "vitest";
import { applyObject } from "../../../src/cluster/sync/apply.ts";
import type { Store } from "../../../src/cluster/sync/store.ts";
import { applyingOn } from "../../support/carrying.ts";
import type { MemoryStore } from "../../support/memory-store.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { plainObject } from "../../support/plain-objects.ts";

const wanted = plainObject("ConfigMap", "prod-region", { data: { config: "ours" } });
const foreign = plainObject("ConfigMap", "prod-region", {
  metadata: { name: "prod-region", namespace: "onecloud", ownerReferences: [] },
  data: { theirs: "1" },
});

/** A store where something happens just after somebody has looked for what no cache shows. */
function afterTheLook(store: MemoryStore, happens: () => void): Store {
  return {
    ...store,
    unlabelled: async (...selection) => {
      const names = await store.unlabelled(...selection);
      happens();
      return names;
    },
  };
}

describe("what no cache shows", () => {
  it("is looked for once for all new objects of a kind, which then cost one request each", async () => {
    const names = ["prod-web", "prod-region", "prod-glance"];
    const store = memoryStore();
    const how = applyingOn(store);
    await Promise.all(names.map((name) => applyObject(plainObject("ConfigMap", name), how)));
    expect(store.requests()).toEqual(["list ConfigMap", ...names.map((name) => `create ConfigMap ${name}`)]);
  });

  it("is read where its name is taken, and only there", async () => {
    const store = memoryStore(foreign);
    store.hide("ConfigMap", "prod-region");
    const how = applyingOn(store);
    await applyObject(plainObject("ConfigMap", "prod-web"), how);
    expect((await applyObject(wanted, how)).outcome).toMatchObject({ action: "failed", reason: "ForeignObject" });
    expect(store.requests()).toEqual(["list ConfigMap", "create ConfigMap prod-web", "get ConfigMap prod-region"]);
  });

  it("is noticed though it is made between the look and the first apply, and stays as it is", async () => {
    const store = memoryStore();
    store.hide("ConfigMap", "prod-region");
    const how = applyingOn(afterTheLook(store, () => void store.put(foreign)));
    expect((await applyObject(wanted, how)).outcome).toMatchObject({ action: "failed", reason: "ForeignObject" });
    expect(store.requests()).toEqual([
      ...["list ConfigMap", "create ConfigMap prod-region", "get ConfigMap prod-region"],
    ]);
    expect(store.look("ConfigMap", "prod-region")?.["data"]).toEqual(foreign["data"]);
  });

  it("is made when it goes between the look and the reading", async () => {
    const store = memoryStore(foreign);
    store.hide("ConfigMap", "prod-region");
    const live = store.look("ConfigMap", "prod-region");
    const how = applyingOn({
      ...store,
      get: async (kind, key) => {
        if (live !== undefined) await store.delete(kind, live);
        return await store.get(kind, key);
      },
    });
    expect((await applyObject(wanted, how)).outcome.action).toBe("created");
  });

  it("that could not be looked for keeps new objects from being made, until the next pass", async () => {
    const store = memoryStore();
    let isDown = true;
    const flaky: Store = {
      ...store,
      unlabelled: async (...selection) => {
        if (isDown) throw new Error("server not reachable");
        return await store.unlabelled(...selection);
      },
    };
    const failed = { action: "failed", message: "server not reachable" };
    expect((await applyObject(wanted, applyingOn(flaky))).outcome).toMatchObject(failed);
    expect(store.writes()).toEqual([]);
    isDown = false;
    expect((await applyObject(wanted, applyingOn(flaky))).outcome.action).toBe("created");
  });
});
