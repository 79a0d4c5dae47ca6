import { describe, expect, it } from "vitest";
import { isDone, rolloutOf } from "../../../src/cluster/sync/rollout.ts";
import { carryOut, planOf } from "../../../src/cluster/sync/plan.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { componentOf, inputsFor } from "../../support/cluster-scope.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { carrying } from "../../support/carrying.ts";
import { rollOutDaemonSet } from "../../support/workloads.ts";

function daemonSet(type: string, status: object): KubeObject {
  const metadata = { name: "agent", generation: 2 };
  return { apiVersion: "apps/v1", kind: "DaemonSet", metadata, spec: { updateStrategy: { type } }, status };
}

const behind = { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 1, numberAvailable: 3 };

describe("a DaemonSet whose pods are replaced when somebody deletes them", () => {
  it("has come as far as it can while all pods are available, whatever template they run", () => {
    expect(rolloutOf(daemonSet("OnDelete", behind))).toEqual({ state: "leftToPeople", ready: 3, wanted: 3 });
    expect(isDone(rolloutOf(daemonSet("OnDelete", behind)))).toBe(true);
    expect(rolloutOf(daemonSet("OnDelete", { ...behind, updatedNumberScheduled: 3 })).state).toBe("rolledOut");
  });

  it("is not done while pods are missing, or its controller has not seen the change", () => {
    expect(isDone(rolloutOf(daemonSet("OnDelete", { ...behind, numberAvailable: 2 })))).toBe(false);
    expect(isDone(rolloutOf(daemonSet("OnDelete", { ...behind, observedGeneration: 1 })))).toBe(false);
    expect(isDone(rolloutOf(daemonSet("RollingUpdate", behind)))).toBe(false);
  });

  it("makes its component ready, which says that there is something to do", async () => {
    const inputs = { ...inputsFor({ hostagent: { updateStrategy: "OnDelete" } }), components: [componentOf("host")] };
    const store = memoryStore();
    await carryOut(planOf(inputs), carrying(store));
    const live = rollOutDaemonSet(store, "prod-host");
    store.put({ ...live, status: { ...Object(live["status"]), updatedNumberScheduled: 0 } });
    const { results } = await carryOut(planOf(inputs), carrying(store));
    expect(results[0]?.status).toMatchObject({ phase: "Ready", ready: "2/2", reason: "LeftToPeople" });
  });
});
