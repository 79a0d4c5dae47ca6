import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { readOnlyTwin } from "../../../src/cluster/objects/read-only.ts";
import { partAt } from "../../support/part-at.ts";
import { wantedObjects } from "../../../src/cluster/sync/wanted.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { componentOf, inputsFor, scopeFor } from "../../support/cluster-scope.ts";

function objectsOf(slave_replicas: number): readonly KubeObject[] {
  return wantedObjects(componentOf("region"), inputsFor({ regionServer: { slave_replicas, replicas: 2 } }));
}

function specOf(objects: readonly KubeObject[], kind: string, name: string): JsonObject {
  return objects.find((one) => one.kind === kind && one.metadata.name === name)?.["spec"] as JsonObject;
}

const labels = {
  "app.kubernetes.io/component": "region-slave",
  "app.kubernetes.io/instance": "onecloud-cluster-prod",
  app: "region-slave",
  "read-only": "true",
};

describe("the read-only copies of a component", () => {
  const objects = objectsOf(3);
  const [main, twin] = ["prod-region", "prod-region-slave"].map((name) => specOf(objects, "Deployment", name));
  const [mainPod, pod] = [main, twin].map((spec) => partAt(spec, "template", "spec"));

  it("are as many as the spec says, beside the component itself", () => {
    expect([main?.["replicas"], twin?.["replicas"]]).toEqual([2, 3]);
  });

  it("run the same container with the flag that makes them read only, and prepare no tables", () => {
    const [first] = partAt(pod, "containers") as readonly JsonObject[];
    const [original] = partAt(mainPod, "containers") as readonly JsonObject[];
    const command = [...(partAt(original, "command") as readonly string[]), "--is-slave-node"];
    expect(first).toEqual({ ...original, command });
    expect(mainPod).toHaveProperty("initContainers");
    expect(pod).not.toHaveProperty("initContainers");
  });

  it("have labels of their own, so that neither Service nor Deployment mixes them with the others", () => {
    expect(twin).toMatchObject({ selector: { matchLabels: labels }, template: { metadata: { labels } } });
    expect(main?.["selector"]).toMatchObject({ matchLabels: { app: "region" } });
  });

  it("are reached inside the cluster only, on the same ports", () => {
    const [outside, inside] = ["prod-region", "prod-region-slave"].map((name) => specOf(objects, "Service", name));
    expect(inside).toMatchObject({ type: "ClusterIP", selector: labels });
    expect(outside?.["ports"]).toEqual([expect.objectContaining({ port: 30888, nodePort: 30888 })]);
    expect(inside?.["ports"]).toEqual([{ name: "api", port: 30888, protocol: "TCP", targetPort: 30888 }]);
  });

  it("restart with the same file", () => {
    const annotations = [main, twin].map((spec) => partAt(spec, "template", "metadata", "annotations"));
    expect(annotations[1]).toEqual(annotations[0]);
    expect(annotations[0]).toBeDefined();
  });

  it("are none at 0, and where the spec says nothing", () => {
    expect(objectsOf(0).map(({ metadata }) => metadata.name)).not.toContain("prod-region-slave");
    expect(readOnlyTwin(scopeFor("region"), objectsOf(0))).toEqual([]);
  });
});
