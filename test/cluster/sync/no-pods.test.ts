import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { carryOut, planOf } from "../../../src/cluster/sync/plan.ts";
import { componentOf, inputsFor } from "../../support/cluster-scope.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { carrying } from "../../support/carrying.ts";
import { rollOutDaemonSet } from "../../support/workloads.ts";

/** The status of a component whose workload has no pods to run. */
async function statusWithout(type: string, spec: JsonObject = {}) {
  const inputs = { ...inputsFor(spec), components: [componentOf(type)] };
  const store = memoryStore();
  await carryOut(planOf(inputs), carrying(store));
  if (store.look("DaemonSet", `prod-${type}`) !== undefined) rollOutDaemonSet(store, `prod-${type}`, 0);
  const deployment = store.look("Deployment", `prod-${type}`);
  if (deployment !== undefined) store.put({ ...deployment, status: { observedGeneration: 1 } });
  return (await carryOut(planOf(inputs), carrying(store))).results[0]?.status;
}

describe("a component that runs on marked nodes only, while no node is marked", () => {
  it("is ready, and says which label is missing", async () => {
    expect(await statusWithout("baremetal-agent")).toMatchObject({
      phase: "Ready",
      ready: "0/0",
      reason: "NoNodes",
      message: "it runs no pods, because no node is seen that has onecloud.yunion.io/baremetal=enable",
    });
    expect(await statusWithout("lbagent")).toMatchObject({ phase: "Ready", reason: "NoNodes" });
  });

  it("names every label of which one would do, and those that the spec adds", async () => {
    const { message } =
      (await statusWithout("host-ovsdb-server", { hostagent: { nodeSelector: { disk: "ssd" } } })) ?? {};
    expect(message).toBe(
      "it runs no pods, because no node is seen that has disk=ssd and onecloud.yunion.io/host=enable or onecloud.yunion.io/lbagent=enable",
    );
  });
});

describe("a component that runs anywhere", () => {
  it("says nothing of nodes", async () => {
    const status = await statusWithout("telegraf");
    expect(status).toMatchObject({ phase: "Ready", ready: "0/0" });
    expect(status).not.toHaveProperty("reason");
  });
});
