import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../src/cluster/sync/outcome.ts";
import { applyObject } from "../../../src/cluster/sync/apply.ts";
import { ApiError } from "../../../src/kube/api-error.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { applyingOn } from "../../support/carrying.ts";
import type { MemoryStore } from "../../support/memory-store.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { owner, plainDeployment, plainObject } from "../../support/plain-objects.ts";

const holdStart = { reason: "DependencyNotReady", message: "it starts when keystone is rolled out" };

async function apply(wanted: KubeObject, store: MemoryStore, held = false): Promise<Outcome> {
  const { outcome } = await applyObject(wanted, { ...applyingOn(store), ...(held && { holdStart }) });
  return outcome;
}

function ownedBy(kind: string, name: string, uid: string): { readonly metadata: KubeObject["metadata"] } {
  const ownerReferences = [{ apiVersion: "x/v1", kind, name, uid, controller: true }];
  return { metadata: { name: "prod-region", namespace: "onecloud", ownerReferences } };
}

describe("an object that is wanted", () => {
  const wanted = plainDeployment("prod-region");

  it("is created when it is not there, once the API server has said so", async () => {
    const store = memoryStore();
    expect(await apply(wanted, store)).toEqual({ action: "created", object: "Deployment prod-region" });
    expect(store.requests()).toEqual(["list Deployment", "create Deployment prod-region"]);
    expect(store.look("Deployment", "prod-region")?.["spec"]).toEqual(wanted["spec"]);
  });

  it("is not written again while it is as it shall be, and the API server is not even asked", async () => {
    const store = memoryStore();
    await apply(wanted, store);
    store.requests();
    expect(await apply(wanted, store)).toEqual({ action: "unchanged", object: "Deployment prod-region" });
    expect(store.requests()).toEqual([]);
  });

  it("is applied when the wish changes", async () => {
    const store = memoryStore();
    await apply(wanted, store);
    expect(await apply(plainDeployment("prod-region", { image: "app:v2" }), store)).toMatchObject({
      action: "updated",
    });
    expect(JSON.stringify(store.look("Deployment", "prod-region"))).toContain("app:v2");
  });

  it("is applied when the wish loses a field, though the live object then has only more", async () => {
    const store = memoryStore();
    const data = { config: "a", more: "b" };
    await apply(plainObject("ConfigMap", "prod-web", { data }), store);
    expect(await apply(plainObject("ConfigMap", "prod-web", { data: { config: "a" } }), store)).toMatchObject({
      action: "updated",
    });
    expect(store.look("ConfigMap", "prod-web")?.["data"]).toEqual({ config: "a" });
  });

  it("is repaired when somebody changed a field that is wanted", async () => {
    const store = memoryStore();
    await apply(wanted, store);
    const live = store.look("Deployment", "prod-region") as KubeObject;
    store.put({ ...live, spec: { ...(live["spec"] as object), replicas: 5 } });
    expect(await apply(wanted, store)).toMatchObject({ action: "updated" });
    expect(store.look("Deployment", "prod-region")?.["spec"]).toMatchObject({ replicas: 1 });
  });

  it("is left alone when somebody added a field", async () => {
    const store = memoryStore();
    await apply(wanted, store);
    const live = store.look("Deployment", "prod-region") as KubeObject;
    store.put({ ...live, spec: { ...(live["spec"] as object), paused: true } });
    expect(await apply(wanted, store)).toMatchObject({ action: "unchanged" });
  });

  it("is left alone when only the spelling of a quantity changes", async () => {
    const store = memoryStore();
    const limited = (memory: string): KubeObject =>
      plainObject("Deployment", "prod-region", { spec: { limits: { memory } } });
    await apply(limited("1Gi"), store);
    store.requests();
    expect(await apply(limited("1024Mi"), store)).toMatchObject({ action: "unchanged" });
    expect(store.requests()).toEqual([]);
  });

  it("is deleted and made again when it must select other pods", async () => {
    const store = memoryStore();
    await apply(wanted, store);
    const before = store.look("Deployment", "prod-region")?.metadata.uid;
    store.requests();
    expect(await apply(plainDeployment("prod-region", { label: "other" }), store)).toMatchObject({ action: "updated" });
    expect(store.requests()).toEqual(["delete Deployment prod-region", "apply Deployment prod-region"]);
    expect(store.look("Deployment", "prod-region")?.metadata.uid).not.toBe(before);
  });

  it("waits while the one of its name is being deleted", async () => {
    const metadata = { ...wanted.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" };
    const store = memoryStore({ ...wanted, metadata });
    expect(await apply(plainDeployment("prod-region", { replicas: 9 }), store)).toMatchObject({
      action: "waiting",
      reason: "BeingDeleted",
    });
    expect(store.writes()).toEqual([]);
  });
});

describe("a workload whose dependencies are not ready", () => {
  it("is not started", async () => {
    const store = memoryStore();
    expect(await apply(plainDeployment("prod-region"), store, true)).toEqual({
      action: "waiting",
      object: "Deployment prod-region",
      ...holdStart,
    });
    expect(store.writes()).toEqual([]);
  });

  it("is changed all the same once it runs", async () => {
    const store = memoryStore(plainDeployment("prod-region"));
    expect(await apply(plainDeployment("prod-region", { image: "app:v2" }), store, true)).toMatchObject({
      action: "updated",
    });
  });

  it.each(["ConfigMap", "Secret", "Service", "PersistentVolumeClaim"])("gets its %s all the same", async (kind) => {
    const store = memoryStore();
    expect(await apply(plainObject(kind, "prod-region"), store, true)).toMatchObject({ action: "created" });
  });
});

describe("an object of somebody else", () => {
  const foreign = plainObject("ConfigMap", "prod-region", {
    ...ownedBy("App", "shop", "other"),
    data: { config: "theirs" },
  });
  const wanted = plainObject("ConfigMap", "prod-region", { data: { config: "ours" } });

  it("is reported with its owner, and never touched", async () => {
    const store = memoryStore(foreign);
    expect(await apply(wanted, store)).toEqual({
      action: "failed",
      object: "ConfigMap prod-region",
      reason: "ForeignObject",
      message: "ConfigMap prod-region belongs to App shop: rename or remove it",
    });
    expect(store.writes()).toEqual([]);
  });

  it("is noticed though no cache shows it", async () => {
    const store = memoryStore(foreign);
    store.hide("ConfigMap", "prod-region");
    expect(await apply(wanted, store)).toMatchObject({ action: "failed", reason: "ForeignObject" });
    expect(store.writes()).toEqual([]);
  });

  it("is waited for when it belonged to a deleted cluster of the same name", async () => {
    const store = memoryStore({ ...foreign, ...ownedBy("OnecloudCluster", "prod", "uid of the former") });
    expect(await apply(wanted, store)).toMatchObject({ action: "waiting", reason: "BeingDeleted" });
  });

  it("is reported when it belongs to another cluster", async () => {
    const store = memoryStore({ ...foreign, ...ownedBy("OnecloudCluster", "test", "uid of another") });
    expect(await apply(wanted, store)).toMatchObject({ action: "failed", reason: "ForeignObject" });
  });

  const nobodys = { ...foreign, metadata: { ...foreign.metadata, ownerReferences: [] } };
  const labels = {
    "app.kubernetes.io/name": "onecloud-cluster",
    "app.kubernetes.io/managed-by": "onecloud-operator",
    "app.kubernetes.io/instance": "onecloud-cluster-prod",
  };
  const labelled = (object: KubeObject, more: object = {}): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...labels, ...more } },
  });

  it("is left alone when nobody controls it, for somebody may need it", async () => {
    const store = memoryStore(nobodys);
    expect(await apply(labelled(wanted), store)).toMatchObject({ action: "failed", reason: "ForeignObject" });
    expect(store.writes()).toEqual([]);
  });

  it("is taken up when a cluster of this name has left it behind", async () => {
    const store = memoryStore(labelled(nobodys));
    expect(await apply(labelled(wanted), store)).toMatchObject({ action: "updated" });
    expect(store.look("ConfigMap", "prod-region")?.metadata.ownerReferences).toMatchObject([owner]);
  });

  it("is left alone when a cluster of another name has left it behind", async () => {
    const store = memoryStore(labelled(nobodys, { "app.kubernetes.io/instance": "onecloud-cluster-test" }));
    expect(await apply(labelled(wanted), store)).toMatchObject({ action: "failed", reason: "ForeignObject" });
  });
});

describe("data without an owner", () => {
  const instance = (name: string) => ({ "app.kubernetes.io/instance": `onecloud-cluster-${name}` });
  const claim = (name: string): KubeObject =>
    plainObject("PersistentVolumeClaim", "prod-glance", {
      metadata: { name: "prod-glance", namespace: "onecloud", labels: instance(name), ownerReferences: [] },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    });

  it.each([
    ["is taken up by its name whatever its label says", [], "updated"],
    ["is left alone when its label is that of another cluster of the namespace", ["onecloud-cluster-old"], "failed"],
  ] as const)("%s", async (_, otherInstances, action) => {
    const store = memoryStore(claim("old"));
    const { outcome } = await applyObject(claim("prod"), { ...applyingOn(store), otherInstances });
    expect(outcome.action).toBe(action);
  });
});

describe("a claim", () => {
  const claim = (storage: string, storageClassName = "local-path"): KubeObject =>
    plainObject("PersistentVolumeClaim", "prod-glance", {
      spec: { storageClassName, resources: { requests: { storage } } },
    });

  it("that cannot become what is wanted stays as it is, complained of in every pass and written in none", async () => {
    const store = memoryStore();
    await apply(claim("100Gi"), store);
    store.requests();
    for (const _ of [1, 2]) {
      const { outcome, complaints } = await applyObject(claim("10Gi", "fast"), applyingOn(store));
      expect(outcome.action).toBe("unchanged");
      expect(complaints.map(({ reason }) => reason)).toEqual(["ClaimCannotShrink", "ClaimCannotChange"]);
    }
    expect(store.requests()).toEqual([]);
  });

  it("keeps its size where the API server refuses to let it grow, with a complaint", async () => {
    const store = memoryStore();
    await apply(claim("100Gi"), store);
    store.refuse("PersistentVolumeClaim prod-glance", 403, "only dynamically provisioned claims can be resized");
    const { outcome, complaints } = await applyObject(claim("200Gi"), applyingOn(store));
    expect(outcome.action).toBe("unchanged");
    expect(complaints).toMatchObject([
      { reason: "ClaimNotExpanded", message: expect.stringContaining("can be resized") },
    ]);
    expect(store.look("PersistentVolumeClaim", "prod-glance")).toMatchObject(claim("100Gi"));
  });

  it("grows", async () => {
    const store = memoryStore();
    await apply(claim("100Gi"), store);
    expect(await apply(claim("200Gi"), store)).toMatchObject({ action: "updated" });
    expect(store.look("PersistentVolumeClaim", "prod-glance")).toMatchObject(claim("200Gi"));
  });
});

describe("a write that is refused", () => {
  const wanted = plainDeployment("prod-region");

  it.each([
    [403, "Forbidden"],
    [422, "InvalidObject"],
    [500, "ApplyFailed"],
  ])("with %i fails with reason %s and what the API server said", async (code, reason) => {
    const store = memoryStore();
    store.refuse("Deployment prod-region", code, "not today");
    expect(await apply(wanted, store)).toEqual({
      action: "failed",
      object: "Deployment prod-region",
      reason,
      message: "write Deployment prod-region: not today",
    });
  });

  it("waits where the whole namespace is being deleted", async () => {
    const details = { causes: [{ reason: "NamespaceTerminating" }] };
    const attempted = { act: "apply", method: "PATCH", path: "/" };
    const refusal = new ApiError(attempted, { code: 403, status: { reason: "Forbidden", details } });
    const store = { ...memoryStore(), create: () => Promise.reject(refusal) };
    expect(await apply(wanted, store)).toMatchObject({ action: "waiting", reason: "NamespaceTerminating" });
  });

  it("is tried again in the next pass", async () => {
    const store = memoryStore();
    store.refuse("Deployment prod-region", 500);
    await apply(wanted, store);
    store.requests();
    await apply(wanted, store);
    expect(store.writes()).toEqual(["create Deployment prod-region"]);
  });
});
