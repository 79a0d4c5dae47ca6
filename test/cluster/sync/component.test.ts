import { describe, expect, it } from "vitest";
import type { ComponentStatus } from "../../../src/cluster/api/status.ts";
import { heldBack, isRolledOut, syncComponent } from "../../../src/cluster/sync/component.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { componentOf } from "../../support/cluster-scope.ts";
import { syncingOn } from "../../support/carrying.ts";
import type { MemoryStore } from "../../support/memory-store.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { plainDeployment, plainObject, rolledOut } from "../../support/plain-objects.ts";

const region = componentOf("region");
const scheduler = componentOf("scheduler");
const main = plainDeployment("prod-region", { image: "region:v1", replicas: 2 });
const twin = plainDeployment("prod-region-slave", { image: "region:v1" });

/** A store in which these workloads run and are rolled out. */
async function settled(...objects: readonly KubeObject[]): Promise<MemoryStore> {
  const store = memoryStore();
  await syncComponent(region, objects, syncingOn(store));
  for (const { kind, metadata } of objects) store.put(rolledOut(store.look(kind, metadata.name)));
  return store;
}

async function statusAfter(
  objects: readonly KubeObject[],
  store: MemoryStore,
  before: Partial<ComponentStatus> = {},
): Promise<ComponentStatus> {
  return (await syncComponent(region, objects, syncingOn(store, before))).status;
}

/** Has so many of the two pods of the Deployment available. */
function withAvailable(store: MemoryStore, availableReplicas: number): MemoryStore {
  const live = store.look("Deployment", "prod-region") as KubeObject;
  store.put({ ...live, status: { ...(live["status"] as object), availableReplicas } });
  return store;
}

describe("a component", () => {
  it("is Ready, with image and count of all its pods, when all its workloads are rolled out", async () => {
    const store = await settled(main, twin);
    expect(await statusAfter([main, twin], store)).toEqual({ phase: "Ready", image: "region:v1", ready: "3/3" });
  });

  it("is Progressing right after it was made, with none of its pods", async () => {
    expect(await statusAfter([main, twin], memoryStore())).toEqual({
      phase: "Progressing",
      image: "region:v1",
      ready: "0/3",
      reason: "RollingOut",
      message: "its pods are being rolled out",
    });
  });

  it("is Failed when pods that ran are away", async () => {
    const store = withAvailable(await settled(main), 1);
    expect(await statusAfter([main], store)).toMatchObject({
      phase: "Failed",
      reason: "PodsUnavailable",
      ready: "1/2",
    });
  });

  it.each([
    { is: "Progressing", when: "right after it was scaled up", before: "Ready 1/1", available: 1 },
    { is: "Progressing", when: "while it is scaled up", before: "Progressing 1/2", available: 1 },
    { is: "Failed", when: "when it loses a pod while it is scaled up", before: "Progressing 1/2", available: 0 },
    { is: "Failed", when: "when it had lost its pod before it was scaled up", before: "Ready 1/1", available: 0 },
    { is: "Failed", when: "as long as a pod that it has lost is away", before: "Failed 1/2", available: 1 },
  ])("is $is $when", async ({ is, before, available }) => {
    const [phase, ready] = before.split(" ") as [ComponentStatus["phase"], string];
    const store = withAvailable(await settled(main), available);
    expect(await statusAfter([main], store, { phase, ready })).toMatchObject({ phase: is, ready: `${available}/2` });
  });

  it("is Failed when its rollout is stuck, whatever its other workloads do", async () => {
    const store = await settled(main, twin);
    const live = store.look("Deployment", "prod-region-slave") as KubeObject;
    const conditions = [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }];
    store.put({ ...live, status: { ...(live["status"] as object), availableReplicas: 0, conditions } });
    expect(await statusAfter([main, twin], store)).toMatchObject({ phase: "Failed", reason: "RolloutStuck" });
  });

  it("is Failed with the reason of the first object that cannot be made, and makes all others", async () => {
    const store = memoryStore();
    store.refuse("Service prod-region", 422, "no such port");
    const objects = [plainObject("Secret", "prod-region"), plainObject("Service", "prod-region"), main];
    const { status, outcomes } = await syncComponent(region, objects, syncingOn(store));
    expect(outcomes.map(({ action }) => action)).toEqual(["created", "failed", "created"]);
    expect(status).toMatchObject({ phase: "Failed", reason: "InvalidObject", ready: "0/2" });
    expect(status.message).toContain("no such port");
  });

  it("is Waiting when its start is held back, and its other objects are made", async () => {
    const holdStart = { reason: "DependencyNotReady", message: "it starts when keystone is rolled out" };
    const objects = [plainObject("Secret", "prod-region"), main];
    const { status, outcomes } = await syncComponent(region, objects, { ...syncingOn(memoryStore()), holdStart });
    expect(outcomes.map(({ action }) => action)).toEqual(["created", "waiting"]);
    expect(status).toEqual({ phase: "Waiting", image: "region:v1", ready: "0/2", ...holdStart });
  });

  it("is Ready with a CronJob, whose image it names", async () => {
    const template = { spec: { template: { spec: { containers: [{ name: "test", image: "test:v1" }] } } } };
    const cronJob = plainObject("CronJob", "prod-test", { spec: { jobTemplate: template } });
    const store = memoryStore(cronJob);
    expect(await statusAfter([cronJob], store)).toEqual({ phase: "Ready", image: "test:v1", ready: "1/1" });
  });

  it("is Ready without any workload", async () => {
    expect(await statusAfter([plainObject("Secret", "x")], memoryStore())).toEqual({ phase: "Ready", ready: "0/0" });
  });

  it("hands on what of its wish cannot be done", async () => {
    const claim = (storage: string): KubeObject =>
      plainObject("PersistentVolumeClaim", "prod-glance", { spec: { resources: { requests: { storage } } } });
    const store = memoryStore(claim("100Gi"));
    const { complaints } = await syncComponent(region, [claim("10Gi")], syncingOn(store));
    expect(complaints).toMatchObject([{ reason: "ClaimCannotShrink" }]);
  });
});

describe("the first start of a component", () => {
  const pending =
    (...types: readonly string[]) =>
    (type: string) =>
      types.includes(type);

  it("is held back by the first component before it that is not rolled out", () => {
    const message = (types: readonly string[]) =>
      heldBack(scheduler, { isPending: pending(...types), before: {} })?.message;
    expect(message(["region", "keystone"])).toBe("it starts when keystone is rolled out");
    expect(message(["region"])).toBe("it starts when region is rolled out");
  });

  it("is not held back by any other", () => {
    expect(heldBack(scheduler, { isPending: pending("glance"), before: {} })).toBeUndefined();
    expect(heldBack(componentOf("web"), { isPending: () => true, before: {} })).toBeUndefined();
  });

  it.each(["PodsUnavailable", "RolloutStuck"])("is no first start when its pods failed with %s before", (reason) => {
    expect(heldBack(scheduler, { isPending: () => true, before: { phase: "Failed", reason } })).toBeUndefined();
  });

  it("is one when its objects were refused before, because no pod of it ever ran", () => {
    const before = { phase: "Failed", reason: "ForeignObject" } as const;
    expect(heldBack(scheduler, { isPending: () => true, before })).toBeDefined();
  });

  it.each(["Ready", "Progressing"] as const)("is no first start when it was %s before", (phase) => {
    expect(heldBack(scheduler, { isPending: () => true, before: { phase } })).toBeUndefined();
  });

  it.each(["Waiting", "Disabled"] as const)("is one when it was %s before", (phase) => {
    expect(heldBack(scheduler, { isPending: () => true, before: { phase } })).toBeDefined();
  });
});

describe("whether a component is rolled out", () => {
  it("is decided by all its workloads, and by them alone", async () => {
    const store = await settled(main, twin);
    const secret = plainObject("Secret", "prod-region");
    expect(isRolledOut([secret, main, twin], store)).toBe(true);
    const other = plainDeployment("prod-region-other");
    expect(isRolledOut([main, other], store)).toBe(false);
    expect(isRolledOut([secret], store)).toBe(true);
  });

  it("is not so while one of them is being rolled out", async () => {
    const store = await settled(main, twin);
    await syncComponent(region, [plainDeployment("prod-region-slave", { image: "region:v2" })], syncingOn(store));
    expect(isRolledOut([main, twin], store)).toBe(false);
  });
});
