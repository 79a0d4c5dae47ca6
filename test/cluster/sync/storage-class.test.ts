import { describe, expect, it } from "vitest";
import type { Facts } from "../../../src/cluster/api/facts.ts";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { carryOut, planOf } from "../../../src/cluster/sync/plan.ts";
import { inputsFor } from "../../support/cluster-scope.ts";
import { carrying } from "../../support/carrying.ts";
import { memoryStore } from "../../support/memory-store.ts";

function planFor(spec: JsonObject, facts: Partial<Facts>) {
  return planOf(inputsFor(spec, { facts }));
}

/** What is refused, by component. */
function refusedFor(spec: JsonObject, facts: Partial<Facts>): Readonly<Record<string, string>> {
  const refused = planFor(spec, facts).wanted.filter((one) => one.refused !== undefined);
  return Object.fromEntries(refused.map((one) => [one.component.type, one.refused?.message ?? ""]));
}

const classes = { storageClasses: ["fast", "local-path"] };
const nfs = { glance: { storageClassName: "nfs" } };
const claim = { name: "prod-glance-nfs", storageClassName: "nfs" };

describe("a storage class that does not exist", () => {
  it("is told with the field, the component and the classes that there are", () => {
    expect(refusedFor(nfs, classes)).toEqual({
      glance:
        "spec.glance.storageClassName of component glance is nfs, and there is no storage class of that name: " +
        "choose one of fast, local-path, or make it",
    });
    expect(refusedFor({}, { storageClasses: [] })["glance"]).toContain("there is none at all, so make one");
  });

  it("keeps the component from being touched, and no other one", async () => {
    const store = memoryStore();
    const { results } = await carryOut(planFor(nfs, classes), carrying(store));
    const glance = results.find(({ component }) => component.type === "glance");
    expect(glance).toMatchObject({ outcomes: [], status: { phase: "Failed", reason: "StorageClassMissing" } });
    const writes = store.writes();
    expect(writes.filter((write) => write.includes("prod-glance"))).toEqual([]);
    expect(writes).toContain("create Deployment prod-keystone");
    expect(writes).toContain("create PersistentVolumeClaim prod-victoria-metrics");
  });

  it("matters neither to a claim that has its volume nor to a component without a claim", () => {
    expect(refusedFor(nfs, { ...classes, liveClaims: [{ ...claim, bound: true }] })).toEqual({});
    expect(refusedFor(nfs, { ...classes, liveClaims: [claim] })).toHaveProperty("glance");
    expect(refusedFor({ esxiagent: { storageClassName: "nfs" } }, classes)).toEqual({});
  });

  it("matters to a component only while it wants pods", () => {
    const bare = { baremetalagent: { storageClassName: "nfs" } };
    expect(refusedFor(bare, classes)).toEqual({});
    const marked = { ...classes, nodeLabels: ["onecloud.yunion.io/baremetal=enable"] };
    expect(Object.keys(refusedFor(bare, marked))).toEqual(["baremetal-agent"]);
    expect(refusedFor({ ...nfs, stopServices: true }, classes)).toEqual({});
  });

  it("is not looked for where classes cannot be read", () => {
    expect(refusedFor(nfs, {})).toEqual({});
  });
});
