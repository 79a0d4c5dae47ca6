import { describe, expect, it } from "vitest";
import { leftovers, removeObject } from "../../../src/cluster/sync/remove.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { owner, plainDeployment, plainObject } from "../../support/plain-objects.ts";

const region = plainDeployment("prod-region");
const service = plainObject("Service", "prod-region");

describe("what a cluster no longer wants", () => {
  it("is what it owns and does not ask for", () => {
    const old = plainObject("Secret", "prod-old");
    const store = memoryStore(region, service, old);
    const found = leftovers(store, owner.uid, [region, service]).map(({ object }) => object.metadata.name);
    expect(found).toEqual(["prod-old"]);
  });

  it("is told apart by kind and namespace, not by name alone", () => {
    const elsewhere = plainObject("Service", "prod-region", { metadata: { ...service.metadata, namespace: "other" } });
    expect(leftovers(memoryStore(region, service), owner.uid, [region, elsewhere])).toMatchObject([
      { object: { kind: "Service", metadata: { namespace: "onecloud" } } },
    ]);
  });

  it("never holds data, whoever owns it", () => {
    const store = memoryStore(plainObject("PersistentVolumeClaim", "prod-glance"));
    expect(leftovers(store, owner.uid, [])).toEqual([]);
  });

  it("never holds what another cluster owns, or nobody", () => {
    const nobodys = plainObject("Secret", "prod-cluster-config", { metadata: { name: "x", ownerReferences: [] } });
    expect(leftovers(memoryStore(region, nobodys), "another uid", [])).toEqual([]);
    expect(leftovers(memoryStore(nobodys), owner.uid, [])).toEqual([]);
  });

  it("does not hold what is being deleted already", () => {
    const metadata = { ...region.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" };
    expect(leftovers(memoryStore({ ...region, metadata }), owner.uid, [])).toEqual([]);
  });
});

describe("removing", () => {
  it("deletes the object", async () => {
    const store = memoryStore(region);
    const [leftover] = leftovers(store, owner.uid, []);
    if (leftover === undefined) throw new Error("nothing is left over");
    expect(await removeObject(leftover, store)).toEqual({ action: "deleted", object: "Deployment prod-region" });
    expect(store.look("Deployment", "prod-region")).toBeUndefined();
  });

  it("says why it failed and does not throw", async () => {
    const store = memoryStore(region);
    store.refuse("Deployment prod-region", 403, "no right to delete");
    const outcomes = leftovers(store, owner.uid, []).map((one) => removeObject(one, store));
    expect(await Promise.all(outcomes)).toMatchObject([
      { action: "failed", reason: "Forbidden", message: expect.stringContaining("no right to delete") },
    ]);
  });
});
