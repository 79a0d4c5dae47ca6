import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { statusOf } from "../../../src/cluster/status.ts";
import type { Carried } from "../../../src/cluster/sync/plan.ts";
import { carryOut, planOf } from "../../../src/cluster/sync/plan.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { inputsFor } from "../../support/cluster-scope.ts";
import { carrying } from "../../support/carrying.ts";
import { memoryStore } from "../../support/memory-store.ts";

const inputs = (spec: JsonObject) => inputsFor(spec, { facts: { nodeLabels: ["onecloud.yunion.io/host=enable"] } });

function objectsOf(spec: JsonObject): readonly KubeObject[] {
  return planOf(inputs(spec)).wanted.flatMap(({ objects }) => objects);
}

function namesOf(objects: readonly KubeObject[], ...kinds: readonly string[]): readonly string[] {
  const some = objects.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
  return some.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted();
}

function statusAfter(spec: JsonObject, carried: Carried) {
  const { cluster } = planOf(inputs(spec));
  return statusOf({ generation: 1, written: {}, cluster, ...carried }, {}, new Date(0));
}

const workloads = ["Deployment", "StatefulSet", "DaemonSet", "PodDisruptionBudget"];
const greeting = { cronjobTest: { disable: false } };
const stop = { stopServices: true };

describe("a cluster whose services are stopped", () => {
  it("wants no workload but those that virtual machines cannot do without", () => {
    expect(namesOf(objectsOf(stop), ...workloads)).toEqual(["DaemonSet prod-host", "Deployment prod-ovn-north"]);
  });

  it("wants everything else as before: files, Services, Ingresses and data", () => {
    const isNoWorkload = (name: string): boolean => !workloads.some((kind) => name.startsWith(`${kind} `));
    expect(namesOf(objectsOf(stop))).toEqual(
      expect.arrayContaining(namesOf(objectsOf({})).filter(isNoWorkload)) as unknown,
    );
  });

  it("keeps its CronJobs, and starts none of them", () => {
    const [job, stopped] = [objectsOf(greeting), objectsOf({ ...greeting, ...stop })].map((objects) =>
      objects.find(({ kind }) => kind === "CronJob"),
    );
    expect(job).not.toHaveProperty("spec.suspend");
    expect(stopped).toHaveProperty("spec.suspend", true);
  });

  it("loses the pods that ran, and says so without calling it a failure", async () => {
    const store = memoryStore();
    await carryOut(planOf(inputs({})), carrying(store));
    expect(store.look("Deployment", "prod-keystone")).toBeDefined();
    const carried = await carryOut(planOf(inputs(stop)), carrying(store));
    expect(carried.removed.map(({ object }) => object)).toContain("Deployment prod-keystone");
    expect(store.look("Service", "prod-keystone")).toBeDefined();
    const status = statusAfter(stop, carried);
    expect(status.phase).toBe("Stopped");
    expect(status.message).toContain("spec.stopServices is true");
    expect(status.blockedBy).toBeUndefined();
    expect(status["keystone"]).toEqual({
      phase: "Stopped",
      reason: "Stopped",
      message: "spec.stopServices is true",
    });
    const ready = status.conditions.find(({ type }) => type === "Ready");
    expect(ready).toMatchObject({ status: "False", reason: "Stopped", message: status.message });
  });

  it("still tells what cannot be made", async () => {
    const store = memoryStore();
    store.refuse("Service prod-glance", 422, "the port is out of range");
    const status = statusAfter(stop, await carryOut(planOf(inputs(stop)), carrying(store)));
    expect(status).toMatchObject({ phase: "Degraded", blockedBy: { component: "glance", reason: "InvalidObject" } });
  });
});

describe("a cluster whose Ingresses are somebody else's", () => {
  const alone = { ingress: { unmanaged: true } };

  it("keeps those that are there, as they are", async () => {
    const store = memoryStore();
    await carryOut(planOf(inputs({})), carrying(store));
    store.writes();
    const { removed } = await carryOut(planOf(inputs(alone)), carrying(store));
    expect(removed).toEqual([]);
    expect(store.writes().filter((write) => write.includes("Ingress"))).toEqual([]);
    expect(store.look("Ingress", "prod-web")).toBeDefined();
  });

  it("keeps them even when the component goes", async () => {
    const store = memoryStore();
    await carryOut(planOf(inputs({})), carrying(store));
    await carryOut(planOf(inputs({ ...alone, web: { disable: true } })), carrying(store));
    expect(store.look("Ingress", "prod-web")).toBeDefined();
    await carryOut(planOf(inputs({ web: { disable: true } })), carrying(store));
    expect(store.look("Ingress", "prod-web")).toBeUndefined();
  });
});

describe("a cluster that does without the label of controller nodes", () => {
  it("asks for it nowhere, and for the other labels as before", () => {
    const controller = "onecloud.yunion.io/controller";
    expect(JSON.stringify(objectsOf({}))).toContain(controller);
    const objects = objectsOf({ disableNodeSelectorController: true });
    expect(JSON.stringify(objects)).not.toContain(controller);
    const deployer = objects.find(({ metadata }) => metadata.name === "prod-host-deployer");
    expect(deployer).toHaveProperty("spec.template.spec.nodeSelector", { "onecloud.yunion.io/host": "enable" });
    const dns = objects.find(({ kind, metadata }) => kind === "DaemonSet" && metadata.name === "prod-region-dns");
    expect(dns).not.toHaveProperty("spec.template.spec.nodeSelector");
  });
});
