import { describe, expect, it } from "vitest";
import { applyObject } from "../../../src/cluster/sync/apply.ts";
import type { Store } from "../../../src/cluster/sync/store.ts";
import { applyingOn } from "../../support/carrying.ts";
import type { MemoryStore } from "../../support/memory-store.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { plainObject } from "../../support/plain-objects.ts";

async function apply(store: Store): Promise<string> {
  return (await applyObject(wanted, applyingOn(store))).outcome.action;
}

const wanted = plainObject("ConfigMap", "prod-web", { data: { config: "b" } });

/** A store with the object as it was, in which the operator holds these data fields, but not by apply. */
function taken(held: object): MemoryStore {
  const fieldsV1 = { "f:data": held };
  const managedFields = [{ manager: "onecloud-operator", operation: "Update" as const, fieldsV1 }];
  const metadata = { ...wanted.metadata, annotations: { "example.com/team": "red" }, managedFields };
  return memoryStore({ ...wanted, metadata, data: { config: "a", more: "b" } });
}

describe("an object of which the operator holds fields that it did not apply, as it does of all that was taken over", () => {
  it("is read and replaced by one write, which takes out what is not wanted and leaves what others hold", async () => {
    const store = taken({ "f:config": {}, "f:more": {} });
    expect(await apply(store)).toBe("updated");
    expect(store.requests()).toEqual(["get ConfigMap prod-web", "save ConfigMap prod-web"]);
    const saved = store.look("ConfigMap", "prod-web");
    expect(saved?.["data"]).toEqual({ config: "b" });
    expect(saved?.metadata.annotations).toHaveProperty(["example.com/team"], "red");
    expect(await apply(store)).toBe("unchanged");
    expect(store.requests()).toEqual([]);
  });

  it("is read and applied where all of them are wanted", async () => {
    const store = taken({ "f:config": {} });
    await apply(store);
    expect(store.requests()).toEqual(["get ConfigMap prod-web", "apply ConfigMap prod-web"]);
  });

  it("is made anew when it goes just then", async () => {
    const store = taken({ "f:more": {} });
    await apply({ ...store, get: async () => undefined });
    expect(store.writes()).toEqual(["apply ConfigMap prod-web"]);
  });
});
