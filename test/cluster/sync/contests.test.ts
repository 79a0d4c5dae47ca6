import { describe, expect, it } from "vitest";
import { applyObject } from "../../../src/cluster/sync/apply.ts";
import type { Applied } from "../../../src/cluster/sync/apply.ts";
import { createContests } from "../../../src/cluster/sync/contests.ts";
import type { Store } from "../../../src/cluster/sync/store.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { applyingOn } from "../../support/carrying.ts";
import type { MemoryStore } from "../../support/memory-store.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { plainDeployment } from "../../support/plain-objects.ts";

const minute = 60_000;
const wanted = plainDeployment("prod-region");
const sidecar = { name: "proxy", image: "proxy:v1", env: [{ name: "TOKEN", value: "canary" }] };

function withSidecar(object: KubeObject): KubeObject {
  const copy = structuredClone(object) as unknown as { spec: { template: { spec: { containers: object[] } } } };
  copy.spec.template.spec.containers.push(sidecar);
  return copy as unknown as KubeObject;
}

/** A store in which somebody else writes so many times just before something is taken out. */
function hasty(store: MemoryStore, times: number): Store {
  let left = times;
  return {
    ...store,
    save: async (kind, object) => {
      if (left-- > 0) store.put(store.look(object.kind, object.metadata.name) as KubeObject);
      return await store.save(kind, object);
    },
  };
}

/** A cluster with a clock that the test sets, and somebody who may put a container into everything that is written. */
function platform(store: MemoryStore = memoryStore()) {
  let [now, isMutating] = [0, false];
  const mutated = (object: KubeObject): KubeObject => store.put(isMutating ? withSidecar(object) : object);
  const behind: Store = {
    ...store,
    apply: async (kind, object) => mutated(await store.apply(kind, object)),
    create: async (kind, object) => mutated(await store.create(kind, object)),
    save: async (kind, object) => mutated(await store.save(kind, object)),
  };
  const how = { ...applyingOn(behind), contests: createContests(() => now) };
  return {
    store,
    mutate: (on: boolean) => void (isMutating = on),
    pass: (ms: number) => void (now += ms),
    sync: async (wish = wanted): Promise<Applied> => await applyObject(wish, how),
    /** Somebody adds the container once. */
    interfere: () => void store.put(withSidecar(store.look("Deployment", "prod-region") as KubeObject)),
  };
}

describe("what admission puts back", () => {
  it("is reported with object, path and holder, not its value, and not fought", async () => {
    const { store, mutate, sync } = platform();
    mutate(true);
    expect((await sync()).outcome.action).toBe("created");
    store.requests();
    const { outcome, complaints } = await sync();
    expect(outcome.action).toBe("unchanged");
    expect(complaints).toMatchObject([{ condition: "ObjectsAsSpecified", reason: "HeldByOthers" }]);
    expect(complaints[0]?.message).toContain(
      "Deployment prod-region: admission puts back its own spec.template.spec.containers[proxy]",
    );
    expect(complaints[0]?.message).not.toContain("canary");
    expect(store.requests()).toEqual([]);
  });

  it("is tried again after an hour, with one write, and no more until the next", async () => {
    const { store, mutate, sync, pass } = platform();
    mutate(true);
    await sync();
    pass(61 * minute);
    store.requests();
    await sync();
    expect(store.writes()).toEqual(["save Deployment prod-region"]);
    await sync();
    expect(store.writes()).toEqual([]);
  });

  it("is gone with the next try once admission lets it be", async () => {
    const { mutate, sync, pass } = platform();
    mutate(true);
    await sync();
    mutate(false);
    pass(61 * minute);
    await sync();
    expect(await sync()).toEqual({
      outcome: { action: "unchanged", object: "Deployment prod-region" },
      complaints: [],
    });
  });

  it("does not keep a changed wish from being applied", async () => {
    const { store, mutate, sync } = platform();
    mutate(true);
    await sync();
    expect((await sync(plainDeployment("prod-region", { image: "app:v2" }))).outcome.action).toBe("updated");
    expect(JSON.stringify(store.look("Deployment", "prod-region"))).toContain("app:v2");
  });
});

describe("what somebody puts back again and again", () => {
  it("is repaired three times within ten minutes, and then left", async () => {
    const { interfere, sync, pass } = platform();
    await sync();
    const actions: string[] = [];
    for (let round = 0; round < 5; round++) {
      interfere();
      pass(minute);
      actions.push((await sync()).outcome.action);
    }
    expect(actions).toEqual(["updated", "updated", "updated", "unchanged", "unchanged"]);
  });

  it("is repaired for ever when it comes slowly", async () => {
    const { interfere, sync, pass } = platform();
    await sync();
    for (let round = 0; round < 8; round++) {
      interfere();
      pass(6 * minute);
      expect((await sync()).outcome.action).toBe("updated");
    }
  });

  it("is given up at once when it returns after the hourly try, and repaired as usual when that held", async () => {
    const { interfere, sync, pass } = platform();
    await sync();
    for (let round = 0; round < 4; round++) {
      interfere();
      await sync();
    }
    pass(61 * minute);
    expect((await sync()).outcome.action).toBe("updated");
    interfere();
    expect((await sync()).outcome.action).toBe("unchanged");
    pass(61 * minute);
    expect((await sync()).outcome.action).toBe("updated");
    pass(11 * minute);
    interfere();
    expect((await sync()).outcome.action).toBe("updated");
  });
});

describe("what somebody added while a controller writes the same object", () => {
  it.each([
    [2, "updated"],
    [9, "failed"],
  ] as const)("is taken out at the third try: after %i of its writes the object is %s", async (times, action) => {
    const store = memoryStore();
    await applyObject(wanted, applyingOn(store));
    store.put(withSidecar(store.look("Deployment", "prod-region") as KubeObject));
    const { outcome } = await applyObject(wanted, applyingOn(hasty(store, times)));
    expect(outcome.action).toBe(action);
  });
});
