import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { carrying } from "../../support/carrying.ts";
import type { MemoryStore } from "../../support/memory-store.ts";
import { carryOut, planOf } from "../../../src/cluster/sync/plan.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { componentOf, inputsFor } from "../../support/cluster-scope.ts";
import { memoryStore } from "../../support/memory-store.ts";

function left(kind: string, apiVersion: string, component = "influxdb"): KubeObject {
  const owner = {
    apiVersion: "onecloud.yunion.io/v1alpha1",
    kind: "OnecloudCluster",
    name: "prod",
    uid: "cluster-uid",
  };
  return {
    apiVersion,
    kind,
    metadata: {
      name: `prod-${component}`,
      namespace: "onecloud",
      labels: { "app.kubernetes.io/component": component },
      ownerReferences: [{ ...owner, controller: true }],
    },
    spec: {},
  };
}

function ofOlderRelease(): MemoryStore {
  return memoryStore(left("Deployment", "apps/v1"), left("Service", "v1"), left("Deployment", "apps/v1", "gone"));
}

async function pass(store: MemoryStore, spec: JsonObject = {}) {
  const inputs = { ...inputsFor(spec), components: [componentOf("influxdb")] };
  const { removed, resting } = await carryOut(planOf(inputs), carrying(store));
  return { removed: removed.map(({ object }) => object), reasons: resting.map(({ reason }) => reason) };
}

describe("what an older release left of a component that is not run any more", () => {
  it("stays and is reported, while everything else that nobody wants goes", async () => {
    const { removed, reasons } = await pass(ofOlderRelease());
    expect(removed).toEqual(["Deployment prod-gone"]);
    expect(reasons).toEqual([
      "it is not run any more, but an older release left Service prod-influxdb, Deployment prod-influxdb: " +
        "set spec.influxdb.disable to true to remove them; data stays",
    ]);
  });

  it("is removed when the spec asks for it", async () => {
    const { removed } = await pass(ofOlderRelease(), { influxdb: { disable: true } });
    expect(removed).toEqual(["Service prod-influxdb", "Deployment prod-influxdb", "Deployment prod-gone"]);
  });

  it("is no matter where nothing is left", async () => {
    expect(await pass(memoryStore())).toEqual({ removed: [], reasons: ["it is not run any more"] });
  });
});
