import { describe, expect, it } from "vitest";
import { deletionFinalizer } from "../../src/cluster/api/names.ts";
import type { Remnant, Step } from "../../src/cluster/deletion/step.ts";
import { hold, leave } from "../../src/cluster/leave.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { recordingLogger } from "../kube/recording-logger.ts";
import { leavingCluster, type LeavingOptions, type LeavingTrial, leavingTrial } from "../support/leaving.ts";
import { plainDeployment, plainObject } from "../support/plain-objects.ts";

const labels = {
  "app.kubernetes.io/name": "onecloud-cluster",
  "app.kubernetes.io/managed-by": "onecloud-operator",
  "app.kubernetes.io/instance": "onecloud-cluster-prod",
};

function data(kind: string, name: string, more: Partial<KubeObject["metadata"]> = {}): KubeObject {
  return plainObject(kind, name, { metadata: { name, namespace: "onecloud", labels, ownerReferences: [], ...more } });
}

const everything = [
  plainDeployment("prod-glance"),
  data("Pod", "prod-glance-1"),
  data("PersistentVolumeClaim", "prod-glance"),
  data("Secret", "etcd-client", { labels: {} }),
  data("Secret", "prod-certs", { labels: {} }),
  data("ConfigMap", "prod-cluster-config", { labels: {} }),
  data("Secret", "prod-cluster-config"),
];

interface Passed extends LeavingTrial {
  readonly again: number | undefined;
  readonly logged: string;
}

async function pass(cluster: KubeObject, options: LeavingOptions = {}): Promise<Passed> {
  return await passIn(leavingTrial(options), cluster);
}

async function passIn(trial: LeavingTrial, cluster: KubeObject): Promise<Passed> {
  const log = recordingLogger();
  const { requeueAfterMs: again } = await leave(cluster, trial.world, log.logger);
  return { ...trial, again, logged: JSON.stringify(log.lines()) };
}

/** A step about things that stay for ever. */
function stuckStep(reason: string, ...left: readonly Remnant[]): Step {
  return { reason, remnants: () => Promise.resolve(left) };
}

describe("the deletion of a cluster with its data", () => {
  it("asks workloads to go first, and nothing else while a pod is left", async () => {
    const { store, finalizers, statuses, again } = await pass(leavingCluster(), { objects: everything });
    expect(store.writes()).toEqual(["delete Deployment prod-glance"]);
    expect(finalizers).toEqual([]);
    expect(statuses[0]).toMatchObject({
      phase: "Deleting",
      observedGeneration: 2,
      message: "it waits for these to go: Pod prod-glance-1",
    });
    expect(again).toBe(2_000);
  });

  it("goes on with claims when the pods are gone, then with credentials and CA, and takes its finalizer off last", async () => {
    const objects = everything.filter(({ kind }) => kind !== "Pod");
    const cluster = leavingCluster({}, { finalizers: ["example.com/first", deletionFinalizer] });
    const { store, finalizers, events } = await pass(cluster, { objects });
    const [workload, claim, ...credentials] = store.writes();
    expect([workload, claim]).toEqual(["delete Deployment prod-glance", "delete PersistentVolumeClaim prod-glance"]);
    expect(credentials.toSorted()).toEqual([
      "delete ConfigMap prod-cluster-config",
      "delete Secret etcd-client",
      "delete Secret prod-certs",
      "delete Secret prod-cluster-config",
    ]);
    expect(finalizers).toEqual([["example.com/first"]]);
    expect(events).toEqual(["Normal DataDeleted: its workloads, claims, credentials and CA are deleted"]);
  });

  it("carries on where an operator before it ended", async () => {
    const trial = leavingTrial({ objects: everything.slice(4) });
    trial.store.refuse("Secret prod-certs", 500);
    expect((await passIn(trial, leavingCluster())).finalizers).toEqual([]);
    const rest = everything.slice(4, 5);
    expect((await pass(leavingCluster(), { objects: rest })).finalizers).toEqual([[]]);
  });

  it("says once with an event which step it is at", async () => {
    const first = await pass(leavingCluster(), { objects: everything });
    expect(first.events).toEqual(["Normal DeletingWorkloads: it waits for these to go: Pod prod-glance-1"]);
    const [status] = first.statuses;
    const second = await pass({ ...leavingCluster(), status }, { objects: [data("Pod", "prod-glance-1")] });
    expect(second).toMatchObject({ events: [], statuses: [] });
  });

  it("says which right is missing where a deletion is refused", async () => {
    const trial = leavingTrial({ objects: [data("PersistentVolumeClaim", "prod-glance")] });
    const said =
      'persistentvolumeclaims "prod-glance" is forbidden: User "system:serviceaccount:onecloud:x" cannot delete ' +
      'resource "persistentvolumeclaims" in API group "" in the namespace "onecloud"';
    trial.store.refuse("PersistentVolumeClaim prod-glance", 403, said);
    const { statuses } = await passIn(trial, leavingCluster());
    expect(statuses[0]?.message).toContain(
      "PersistentVolumeClaim prod-glance (the operator may not delete persistentvolumeclaims in namespace onecloud",
    );
  });

  it("names what holds an object before others", async () => {
    const pods = Array.from({ length: 10 }, (_, index) => data("Pod", `prod-${String(index)}`));
    const stuck = data("Pod", "prod-z", { deletionTimestamp: "2026-05-01T10:00:00Z", finalizers: ["example.com/a"] });
    const { statuses } = await pass(leavingCluster(), { objects: [...pods, stuck] });
    expect(statuses[0]?.message).toMatch(/: Pod prod-z \(held by its finalizer example.com\/a\), .* and 3 more$/);
  });

  it("leaves a cluster alone that has no such finalizer", async () => {
    const { store, statuses, again } = await pass(leavingCluster({}, { finalizers: ["foregroundDeletion"] }), {
      objects: everything,
    });
    expect({ asked: store.requests(), statuses, again }).toEqual({ asked: [], statuses: [], again: undefined });
  });
});

describe("what belongs to others", () => {
  const other = (name: string, spec: object = {}): KubeObject => ({
    ...leavingCluster(spec),
    metadata: { name, namespace: "onecloud", uid: `uid-of-${name}` },
  });

  it("stays: Secrets of etcd that another cluster uses, and whatever carries its label", async () => {
    const labelled = { ...labels, "app.kubernetes.io/instance": "onecloud-cluster-b" };
    const objects = [
      data("Secret", "etcd-client", { labels: {} }),
      data("Secret", "prod-cluster-config", { labels: labelled }),
      data("PersistentVolumeClaim", "prod-glance", { labels: labelled }),
      data("PersistentVolumeClaim", "prod-mine", { labels: {} }),
    ];
    const { store, finalizers } = await pass(leavingCluster(), { objects, others: [other("b")] });
    expect(store.writes()).toEqual([]);
    expect(finalizers).toEqual([[]]);
  });

  it("does not keep the Secrets of etcd where the other cluster runs without", async () => {
    const objects = [data("Secret", "etcd-client", { labels: {} })];
    const others = [other("b", { etcd: { disable: true } }), other("c", { etcd: { enableTls: false } })];
    const { store } = await pass(leavingCluster(), { objects, others });
    expect(store.writes()).toEqual(["delete Secret etcd-client"]);
  });

  it("are not touched by a cluster that does not use etcd itself", async () => {
    const objects = [data("Secret", "etcd-client", { labels: {} })];
    const { store } = await pass(leavingCluster({ etcd: { disable: true } }), { objects });
    expect(store.writes()).toEqual([]);
  });

  it("stays where another cluster has the same labels", async () => {
    const twin = { ...other("b"), metadata: { ...other("b").metadata, labels } };
    const objects = [data("PersistentVolumeClaim", "prod-glance"), data("Secret", "prod-cluster-config")];
    const { store } = await pass(leavingCluster(), { objects, others: [twin] });
    expect(store.writes()).toEqual([]);
  });

  it("stays where something else controls it", async () => {
    const controller = { apiVersion: "v1", kind: "Certificate", name: "x", uid: "y", controller: true };
    const objects = [data("Secret", "prod-certs", { labels: {}, ownerReferences: [controller] })];
    expect((await pass(leavingCluster(), { objects })).store.writes()).toEqual([]);
  });
});

describe("a deletion that does not come to its end", () => {
  const steps = [
    stuckStep("DeletingClaims", { name: "PersistentVolumeClaim a", held: "held by its finalizer x" }),
    stuckStep("DeletingCredentials", { name: "Secret b" }),
  ];

  it("is waited for until its deadline, and not a millisecond longer", async () => {
    const { finalizers, again } = await pass(leavingCluster(), { steps, elapsedMs: 599_500 });
    expect({ finalizers, again }).toEqual({ finalizers: [], again: 500 });
  });

  it("is given up then, and the event and the log name everything that is left", async () => {
    const { finalizers, again, events, logged } = await pass(leavingCluster(), { steps, elapsedMs: 600_000 });
    expect({ finalizers, again }).toEqual({ finalizers: [[]], again: undefined });
    expect(events).toEqual([
      "Warning DeletionIncomplete: the time for it is over, and this is left: " +
        "PersistentVolumeClaim a (held by its finalizer x), Secret b",
    ]);
    expect(logged).toContain("Secret b");
  });

  it("is not given up without a deadline", async () => {
    const options = { steps, elapsedMs: 1e12, deadlineMs: Number.POSITIVE_INFINITY };
    expect((await pass(leavingCluster(), options)).again).toBe(2_000);
  });

  it("has as many events as it takes to name everything", async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({
      name: `PersistentVolumeClaim prod-claim-${String(index)}`,
    }));
    const { events } = await pass(leavingCluster(), { steps: [stuckStep("A", ...many)], elapsedMs: 600_000 });
    expect(events.length).toBeGreaterThan(2);
    expect(many.filter(({ name }) => !events.some((event) => event.includes(name)))).toEqual([]);
    expect(events.filter((event) => Buffer.byteLength(event) > 1_100)).toEqual([]);
  });

  it("is given up at once, with nothing deleted, when the namespace goes too", async () => {
    const { store, finalizers, events } = await pass(leavingCluster(), {
      objects: everything,
      isNamespaceLeaving: true,
    });
    expect(store.writes()).toEqual([]);
    expect(finalizers).toEqual([[]]);
    expect(events[0]).toContain("its namespace is being deleted, and this is left: Deployment prod-glance");
  });
});

describe("data that stays all the same", () => {
  it.each([
    ["the policy is Retain again", leavingCluster({ deletionPolicy: "Retain" })],
    ["the policy was taken out of the spec", leavingCluster({ deletionPolicy: undefined })],
    ["what the cluster consists of is to live on", leavingCluster({}, { finalizers: ["orphan", deletionFinalizer] })],
  ])("is left when %s", async (_, cluster) => {
    const { store, events, finalizers } = await pass(cluster, { objects: everything });
    expect(store.writes()).toEqual([]);
    expect(finalizers).toHaveLength(1);
    expect(finalizers[0]).not.toContain(deletionFinalizer);
    expect(events[0]).toContain("Normal DataKept");
  });

  it("is left when the garbage collector has orphaned everything while nobody looked", async () => {
    const orphan = plainDeployment("prod-glance");
    const objects = [
      { ...orphan, metadata: { ...orphan.metadata, labels, ownerReferences: [] } },
      data("PersistentVolumeClaim", "prod-glance"),
    ];
    const { store, finalizers } = await pass(leavingCluster(), { objects });
    expect(store.writes()).toEqual([]);
    expect(finalizers).toEqual([[]]);
  });
});

describe("the finalizer of a cluster", () => {
  const resting = (finalizers: readonly string[]): KubeObject => leavingCluster({}, { finalizers });

  it.each([
    ["Delete", [], [[deletionFinalizer]]],
    ["Delete", ["example.com/a"], [["example.com/a", deletionFinalizer]]],
    ["Delete", [deletionFinalizer], []],
    ["Retain", [deletionFinalizer, "example.com/a"], [["example.com/a"]]],
    ["Retain", ["example.com/a"], []],
  ] as const)("follows the policy %s from %j with the writes %j", async (policy, before, writes) => {
    const { world, finalizers } = leavingTrial();
    await hold(resting(before), policy, world);
    expect(finalizers).toEqual(writes);
  });
});
