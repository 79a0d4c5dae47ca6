import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import type { ComponentStatus } from "../../../src/cluster/api/status.ts";
import { carryOut, planOf } from "../../../src/cluster/sync/plan.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { componentOf, inputsFor } from "../../support/cluster-scope.ts";
import { carrying } from "../../support/carrying.ts";
import type { MemoryStore } from "../../support/memory-store.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { rollOutDaemonSet } from "../../support/workloads.ts";

const chain = ["host-ovsdb-server", "host-ovs-vswitchd", "host-ovn-controller"] as const;

/** One pass over Open vSwitch alone. */
async function pass(store: MemoryStore, hostagent: JsonObject = {}, spec: JsonObject = {}) {
  const inputs = { ...inputsFor({ hostagent, ...spec }), components: chain.map(componentOf) };
  const { results, removed } = await carryOut(planOf(inputs), carrying(store));
  const statuses = results.map(({ component, status }): [string, ComponentStatus] => [component.type, status]);
  return { statuses: Object.fromEntries(statuses), removed: removed.map(({ object }) => object) };
}

function imagesIn(store: MemoryStore): readonly (string | undefined)[] {
  return chain.map((type) => imageOf(store.look("DaemonSet", `prod-${type}`)));
}

function imageOf(daemonSet: KubeObject | undefined): string | undefined {
  return /"image":"[^"]*:([^":]+)"/.exec(JSON.stringify(daemonSet ?? {}))?.[1];
}

/** A store in which the whole chain runs. */
async function running(): Promise<MemoryStore> {
  const store = memoryStore();
  for (const type of chain) {
    await pass(store);
    rollOutDaemonSet(store, `prod-${type}`);
  }
  return store;
}

const newer = { ovnController: { tag: "new" } };

describe("a component behind a gate", () => {
  it("is made when the one before it is rolled out, and says meanwhile what it waits for", async () => {
    const store = memoryStore();
    const first = await pass(store);
    expect(imagesIn(store).map((image) => image !== undefined)).toEqual([true, false, false]);
    expect(first.statuses["host-ovs-vswitchd"]).toMatchObject({
      phase: "Waiting",
      reason: "WaitingForRollout",
      message: "it follows when host-ovsdb-server runs as it shall",
    });
    rollOutDaemonSet(store, "prod-host-ovsdb-server");
    await pass(store);
    expect(imagesIn(store).map((image) => image !== undefined)).toEqual([true, true, false]);
  });

  it("gets a new image one after the other, each when the one before runs it everywhere", async () => {
    const store = await running();
    await pass(store, newer);
    expect(imagesIn(store)).toEqual(["new", "2.12.4-20260415", "2.12.4-20260415"]);
    const { statuses } = await pass(store, newer);
    expect(statuses["host-ovs-vswitchd"]).toMatchObject({ phase: "Waiting" });
    rollOutDaemonSet(store, "prod-host-ovsdb-server");
    await pass(store, newer);
    expect(imagesIn(store)).toEqual(["new", "new", "2.12.4-20260415"]);
    rollOutDaemonSet(store, "prod-host-ovs-vswitchd");
    await pass(store, newer);
    expect(imagesIn(store)).toEqual(["new", "new", "new"]);
  });

  it("is ready while the gate is closed, as long as nothing about it has to change", async () => {
    const store = await running();
    const live = store.look("DaemonSet", "prod-host-ovsdb-server");
    if (live !== undefined) store.put({ ...live, status: { observedGeneration: 1, desiredNumberScheduled: 3 } });
    const { statuses } = await pass(store);
    expect(statuses["host-ovsdb-server"]).toMatchObject({ phase: "Progressing" });
    expect(statuses["host-ovs-vswitchd"]).toMatchObject({ phase: "Ready" });
  });

  it("is removed at once, whatever the gate says", async () => {
    const store = await running();
    await pass(store, newer);
    const withoutVpc = await pass(store, newer, { disableLocalVpc: true });
    expect(withoutVpc.removed).toEqual(["DaemonSet prod-host-ovn-controller"]);
    const disabled = await pass(store, { disable: true });
    expect(disabled.removed.toSorted()).toEqual([
      "DaemonSet prod-host-ovs-vswitchd",
      "DaemonSet prod-host-ovsdb-server",
    ]);
  });

  it("does not wait for one that does not run", async () => {
    const store = memoryStore();
    const inputs = { ...inputsFor(), components: [componentOf("host-ovs-vswitchd")] };
    await carryOut(planOf(inputs), carrying(store));
    expect(store.look("DaemonSet", "prod-host-ovs-vswitchd")).toBeDefined();
  });
});
