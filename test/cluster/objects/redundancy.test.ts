import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { redundant } from "../../../src/cluster/objects/redundancy.ts";
import { wantedObjects } from "../../../src/cluster/sync/wanted.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { componentOf, inputsFor, scopeFor } from "../../support/cluster-scope.ts";
import { partAt } from "../../support/part-at.ts";

function objectsOf(type: string, spec: JsonObject): readonly KubeObject[] {
  return wantedObjects(componentOf(type), inputsFor(spec));
}

function budgetsIn(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.filter(({ kind }) => kind === "PodDisruptionBudget");
}

function constraintsOf(objects: readonly KubeObject[], name: string): unknown {
  const workload = objects.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === name);
  return partAt(workload?.["spec"], "template", "spec", "topologySpreadConstraints");
}

function selectorsOf(objects: readonly KubeObject[]): readonly unknown[] {
  return budgetsIn(objects).map((budget) => partAt(budget["spec"], "selector"));
}

const labels = { app: "region", "app.kubernetes.io/component": "region" };
const spread = { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" };

describe("a component of several pods", () => {
  const objects = objectsOf("region", { regionServer: { replicas: 2 } });

  it("rather has them on different nodes", () => {
    const labelSelector = { matchLabels: expect.objectContaining(labels) as unknown };
    expect(constraintsOf(objects, "prod-region")).toEqual([{ ...spread, labelSelector }]);
  });

  it("has one budget that finds its pods, lets one go at a time, and belongs to the cluster", () => {
    const workload = objects.find(({ kind }) => kind === "Deployment");
    const { matchLabels } = partAt(workload?.["spec"], "selector") as JsonObject;
    expect(budgetsIn(objects)).toHaveLength(1);
    expect(budgetsIn(objects)[0]?.["spec"]).toEqual({ maxUnavailable: 1, selector: { matchLabels } });
    expect(budgetsIn(objects)[0]?.metadata).toMatchObject({
      name: "prod-region",
      labels: { "app.kubernetes.io/managed-by": "onecloud-operator" },
      ownerReferences: [{ uid: "cluster-uid", controller: true }],
    });
  });

  it("keeps its read-only pods apart from the others", () => {
    const both = objectsOf("region", { regionServer: { replicas: 2, slave_replicas: 2 } });
    expect(budgetsIn(both).map(({ metadata }) => metadata.name)).toEqual(["prod-region", "prod-region-slave"]);
    expect(selectorsOf(both)).toEqual([
      { matchLabels: expect.objectContaining({ app: "region" }) as unknown },
      { matchLabels: expect.objectContaining({ app: "region-slave" }) as unknown },
    ]);
  });

  it("is any StatefulSet too", () => {
    const template = { spec: { containers: [] } };
    const spec = { replicas: 3, selector: { matchLabels: labels }, template };
    const set = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "prod-region" }, spec };
    const made = redundant(scopeFor("region"), [set]);
    expect(made.map(({ kind }) => kind)).toEqual(["StatefulSet", "PodDisruptionBudget"]);
    expect(partAt(made[0]?.["spec"], "template", "spec")).toEqual({
      containers: [],
      topologySpreadConstraints: [{ ...spread, labelSelector: { matchLabels: labels } }],
    });
  });

  it("has a budget for each of its zones, and no pod has two", () => {
    const zones = objectsOf("esxi-agent", { customZones: ["west"], esxiagent: { replicas: 2 } });
    const { matchLabels } = selectorsOf(zones)[0] as JsonObject;
    expect(matchLabels).not.toHaveProperty("zone");
    expect(selectorsOf(zones)).toEqual([
      { matchLabels, matchExpressions: [{ key: "zone", operator: "DoesNotExist" }] },
      { matchLabels: { ...(matchLabels as JsonObject), zone: "west" } },
    ]);
  });
});

describe("a component of one pod, or of none", () => {
  it.each([
    ["one pod", "region", {}],
    ["one read-only pod beside it", "region", { regionServer: { slave_replicas: 1 } }],
    ["no node to run on", "baremetal-agent", { baremetalagent: { replicas: 2 } }],
    ["stopped services", "region", { regionServer: { replicas: 2 }, stopServices: true }],
  ])("has neither with %s", (_, type, spec) => {
    const objects = objectsOf(type, spec);
    expect(budgetsIn(objects)).toEqual([]);
    expect(JSON.stringify(objects)).not.toContain("topologySpread");
  });
});
