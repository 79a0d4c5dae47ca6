import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import type { ClusterStatus } from "../../../src/cluster/api/status.ts";
import { components } from "../../../src/cluster/components/index.ts";
import type { Carried, Plan } from "../../../src/cluster/sync/plan.ts";
import { carryOut, planOf } from "../../../src/cluster/sync/plan.ts";
import { inputsFor } from "../../support/cluster-scope.ts";
import { carrying } from "../../support/carrying.ts";
import type { MemoryStore } from "../../support/memory-store.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { rolledOut } from "../../support/plain-objects.ts";
import { rollOutDaemonSet } from "../../support/workloads.ts";

function planFor(spec: JsonObject = {}, edition?: string): Plan {
  return planOf(inputsFor(spec, { ...(edition !== undefined && { edition }) }));
}

function phasesOf({ results }: Carried): Readonly<Record<string, string>> {
  return Object.fromEntries(results.map(({ component, status }) => [component.type, status.phase]));
}

/** The workloads that components of the plan want, `Deployment prod-keystone`, in its order. */
function workloadsOf(wanted: Plan["wanted"]): readonly string[] {
  const workloads = wanted.flatMap(({ objects }) =>
    objects.filter(({ kind }) => /^(Deployment|DaemonSet)$/.test(kind)),
  );
  return workloads.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

function runningIn(store: MemoryStore, plan: Plan): readonly string[] {
  return workloadsOf(plan.wanted).filter((workload) => {
    const [kind = "", name = ""] = workload.split(" ");
    return store.look(kind, name) !== undefined;
  });
}

function rollOut(store: MemoryStore, name: string, kind = "Deployment"): void {
  if (kind === "DaemonSet") rollOutDaemonSet(store, name);
  else store.put(rolledOut(store.look(kind, name)));
}

/** A store in which the whole plan runs: everything has been started after what it waits for. */
async function installed(plan: Plan): Promise<MemoryStore> {
  const store = memoryStore();
  let started: readonly string[] = [];
  for (const all = workloadsOf(plan.wanted); started.length < all.length; ) {
    await carryOut(plan, carrying(store));
    const running = runningIn(store, plan);
    if (running.length === started.length) throw new Error(`it goes no further than ${started.join(", ")}`);
    started = running;
    for (const [kind, name = ""] of started.map((workload) => workload.split(" "))) rollOut(store, name, kind);
  }
  return store;
}

describe("a plan", () => {
  it("holds what every component wants, or the reason why it rests", () => {
    const { wanted, resting } = planFor({ glance: { disable: true } });
    expect(wanted.length + resting.length).toBe(components.length);
    const elsewhere = components.filter(({ editions }) => !editions.includes("ce")).map(({ type }) => type);
    expect(Object.fromEntries(resting.map(({ component, reason }) => [component.type, reason]))).toEqual({
      ...Object.fromEntries(elsewhere.map((type) => [type, "it belongs to edition ee"])),
      glance: "spec.glance.disable is true",
      yunionagent: "it belongs to the editions ce/support and ee",
      apimap: "spec.apiMap.disable is true",
      cloudmux: "spec.cloudmux.disable is true",
      cloudnet: "spec.enableCloudNet is not true",
      s3gateway: "spec.enableS3Gateway is not true",
      influxdb: "it is not run any more",
      "monitor-stack": "the operator does not call the platform's service for Kubernetes yet, which would install it",
      test: "spec.cronjobTest.disable is true",
    });
  });

  it("lets every component run in edition ee, but for those that a user has to ask for and those that it cannot or shall not run", () => {
    const asked = ["apimap", "cloudmux", "cloudnet", "s3gateway", "echarts-ssr"];
    expect(planFor({}, "ee").resting.map(({ component }) => component.type)).toEqual([
      ...asked,
      "monitor-stack",
      "influxdb",
      "test",
    ]);
  });
});

describe("carrying out a plan", () => {
  it("starts only what waits for nothing at first, and makes everything else ready to start", async () => {
    const store = memoryStore();
    const plan = planFor();
    const phases = phasesOf(await carryOut(plan, carrying(store)));
    const free = plan.wanted.filter(({ component }) => component.after.length === 0 && component.gatedBy === undefined);
    expect(runningIn(store, plan)).toEqual(workloadsOf(free));
    expect(runningIn(store, plan)).toEqual(expect.arrayContaining(["Deployment prod-keystone", "Deployment prod-web"]));
    expect(phases).toMatchObject({ keystone: "Progressing", web: "Progressing", region: "Waiting", logger: "Waiting" });
    expect(store.look("Service", "prod-region")).toBeDefined();
    expect(store.look("PersistentVolumeClaim", "prod-glance")).toBeDefined();
  });

  it("goes on with what waited for keystone once keystone is rolled out, and with scheduler after region", async () => {
    const store = memoryStore();
    const plan = planFor();
    await carryOut(plan, carrying(store));
    rollOut(store, "prod-keystone");
    expect(phasesOf(await carryOut(plan, carrying(store)))).toMatchObject({
      region: "Progressing",
      scheduler: "Waiting",
    });
    rollOut(store, "prod-region");
    expect(phasesOf(await carryOut(plan, carrying(store)))).toMatchObject({
      region: "Ready",
      scheduler: "Progressing",
    });
  });

  it("does not wait for a component that is disabled", async () => {
    const phases = phasesOf(await carryOut(planFor({ keystone: { disable: true } }), carrying(memoryStore())));
    expect(phases).toMatchObject({ region: "Progressing" });
    expect(phases).not.toHaveProperty("keystone");
  });

  it("writes nothing more once everything is as it shall be", async () => {
    const plan = planFor({ regionServer: { slave_replicas: 2 } });
    const store = await installed(plan);
    store.requests();
    const carried = await carryOut(plan, carrying(store));
    expect(new Set(Object.values(phasesOf(carried)))).toEqual(new Set(["Ready"]));
    expect(store.requests()).toEqual([]);
    expect(carried.removed).toEqual([]);
  });

  it("repairs a component that ran before though keystone is down", async () => {
    const plan = planFor();
    const store = await installed(plan);
    const keystone = store.look("Deployment", "prod-keystone");
    if (keystone !== undefined) store.put({ ...keystone, status: { observedGeneration: 1 } });
    const region = store.look("Deployment", "prod-region");
    if (region !== undefined)
      await store.delete({ apiVersion: "apps/v1", kind: "Deployment", plural: "", namespaced: true }, region);
    const before = { region: { phase: "Ready" } } as unknown as Partial<ClusterStatus>;
    expect(phasesOf(await carryOut(plan, carrying(store, before)))).toMatchObject({
      keystone: "Progressing",
      region: "Progressing",
    });
    expect(store.look("Deployment", "prod-region")).toBeDefined();
  });

  it("removes what a disabled component had, but not its data", async () => {
    const store = await installed(planFor());
    const { removed } = await carryOut(planFor({ glance: { disable: true } }), carrying(store));
    expect(removed.map(({ action, object }) => `${action} ${object}`).toSorted()).toEqual([
      "deleted Deployment prod-glance",
      "deleted Secret prod-glance",
      "deleted Service prod-glance",
    ]);
    expect(store.look("PersistentVolumeClaim", "prod-glance")).toBeDefined();
  });

  it("removes the ConfigMaps of option files when they move to Secrets", async () => {
    const store = await installed(planFor({ optionFiles: { storage: "ConfigMap" } }));
    const { removed } = await carryOut(planFor(), carrying(store));
    expect(removed.map(({ object }) => object)).toContain("ConfigMap prod-keystone");
    expect(store.look("Secret", "prod-keystone")).toBeDefined();
    expect(store.look("ConfigMap", "prod-keystone")).toBeUndefined();
  });

  it("goes on with all others when one component fails", async () => {
    const store = memoryStore();
    store.refuse("Secret prod-logger", 500);
    const phases = phasesOf(await carryOut(planFor(), carrying(store)));
    expect(phases).toMatchObject({ logger: "Failed", keystone: "Progressing", web: "Progressing" });
  });
});
