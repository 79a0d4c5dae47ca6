import { describe, expect, it } from "vitest";
import { rolloutOf } from "../../../src/cluster/sync/rollout.ts";

interface Live {
  readonly kind?: string;
  readonly generation?: number;
  readonly spec?: object;
  readonly status?: object;
}

function rollout({ kind = "Deployment", generation = 2, spec = { replicas: 3 }, status }: Live) {
  const metadata = { name: "prod-region", namespace: "onecloud", generation };
  return rolloutOf({ apiVersion: "apps/v1", kind, metadata, spec, ...(status !== undefined && { status }) });
}

const up = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 };
const done = { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" };
const moving = { type: "Progressing", status: "True", reason: "ReplicaSetUpdated" };
const late = { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" };

describe("a Deployment", () => {
  it.each([
    { has: "no status yet", status: {}, is: "progressing 0/3" },
    {
      has: "not been observed yet",
      status: { ...up, observedGeneration: 1, conditions: [done] },
      is: "progressing 3/3",
    },
    { has: "all pods", status: { ...up, conditions: [done] }, is: "rolledOut 3/3" },
    { has: "a pod of the old template", status: { ...up, replicas: 4, conditions: [moving] }, is: "progressing 3/3" },
    { has: "pods to replace", status: { ...up, updatedReplicas: 1, conditions: [moving] }, is: "progressing 3/3" },
    { has: "first pods only", status: { ...up, availableReplicas: 1, conditions: [moving] }, is: "progressing 1/3" },
    { has: "lost a pod", status: { ...up, availableReplicas: 2, conditions: [done] }, is: "degraded 2/3" },
    { has: "lost all pods", status: { ...up, availableReplicas: 0, conditions: [done] }, is: "degraded 0/3" },
    { has: "no progress", status: { ...up, availableReplicas: 0, conditions: [late] }, is: "stuck 0/3" },
    {
      has: "had no progress before its spec was changed",
      status: { ...up, observedGeneration: 1, conditions: [late] },
      is: "progressing 3/3",
    },
    {
      has: "more pods than it wants now",
      status: { ...up, replicas: 5, updatedReplicas: 5, availableReplicas: 5 },
      is: "rolledOut 3/3",
    },
  ])("that has $has is $is", ({ status, is }) => {
    const { state, ready, wanted } = rollout({ status });
    expect(`${state} ${ready}/${wanted}`).toBe(is);
  });

  it("that nobody looked at yet is progressing", () => {
    expect(rollout({})).toEqual({ state: "progressing", ready: 0, wanted: 3 });
  });

  it("wants one pod where it does not say how many", () => {
    const status = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
    expect(rollout({ spec: {}, status })).toEqual({ state: "rolledOut", ready: 1, wanted: 1 });
  });
});

describe("a StatefulSet", () => {
  it("counts like a Deployment, and goes on until all pods are available", () => {
    const kind = "StatefulSet";
    expect(rollout({ kind, status: up }).state).toBe("rolledOut");
    expect(rollout({ kind, status: { ...up, availableReplicas: 2 } }).state).toBe("progressing");
  });
});

describe("a DaemonSet", () => {
  const all = { observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 };
  const daemons = (status: object) => rollout({ kind: "DaemonSet", spec: {}, status });

  it("is rolled out when every node has its pod", () => {
    expect(daemons(all)).toEqual({ state: "rolledOut", ready: 2, wanted: 2 });
  });

  it("is not while a pod is old or away", () => {
    expect(daemons({ ...all, updatedNumberScheduled: 1 }).state).toBe("progressing");
    expect(daemons({ ...all, numberAvailable: 1 })).toEqual({ state: "progressing", ready: 1, wanted: 2 });
  });

  it("is rolled out where no node is meant to have a pod, once that is observed", () => {
    expect(daemons({ observedGeneration: 2 })).toEqual({ state: "rolledOut", ready: 0, wanted: 0 });
    expect(daemons({ observedGeneration: 1 }).state).toBe("progressing");
  });
});

describe("a CronJob", () => {
  it("always counts as rolled out", () => {
    expect(rollout({ kind: "CronJob", spec: {} })).toEqual({ state: "rolledOut", ready: 1, wanted: 1 });
  });
});
