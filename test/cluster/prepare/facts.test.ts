import { describe, expect, it } from "vitest";
import type { Surroundings } from "../../../src/cluster/prepare/facts.ts";
import { readFacts } from "../../../src/cluster/prepare/facts.ts";
import type { KubeObject } from "../../../src/kube/object.ts";

const controlPlane = "node-role.kubernetes.io/control-plane";
const master = "node-role.kubernetes.io/master";

function node(label: string, capacity?: object, more: object = {}): KubeObject {
  const metadata = { name: "node", labels: { [label]: "" } };
  return { apiVersion: "v1", kind: "Node", metadata, status: { ...(capacity !== undefined && { capacity }), ...more } };
}

function facts(given: Partial<Surroundings>) {
  return readFacts({ nodes: [], kubernetesMinor: 30, claims: [], workload: () => undefined, ...given });
}

describe("the capacity that limits follow", () => {
  it("is the smallest of all control-plane nodes, under either label, value by value", () => {
    const nodes = [
      node(controlPlane, { cpu: "8", memory: "16Gi" }),
      node(master, { cpu: "3900m", memory: "33554432Ki" }),
      node("worker", { cpu: "1", memory: "1Gi" }),
    ];
    expect(facts({ nodes }).capacity).toEqual({ cpu: 3.9, memory: 16 * 2 ** 30 });
  });

  it("counts a node that is not ready", () => {
    const conditions = [{ type: "Ready", status: "Unknown" }];
    expect(facts({ nodes: [node(master, { cpu: 2, memory: "4Gi" }, { conditions })] }).capacity).toMatchObject({
      cpu: 2,
    });
  });

  it.each([
    ["no node is visible", []],
    ["no node is one of the control plane", [node("worker", { cpu: "1", memory: "1Gi" })]],
    ["the node does not say", [node(master)]],
    ["the node says half", [node(master, { cpu: "1" })]],
    ["the node says what is no quantity", [node(master, { cpu: "many", memory: "1Gi" })]],
  ])("is not known while %s", (_, nodes) => {
    expect(facts({ nodes })).not.toHaveProperty("capacity");
  });
});

describe("the limits of a live container", () => {
  const limits = { cpu: "1", memory: "1Gi" };
  const containers = [
    { name: "web", resources: { limits } },
    { name: "side" },
    { name: "half", resources: { limits: { cpu: "1" } } },
  ];
  const workload: KubeObject = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "prod-web" },
    spec: { template: { spec: { containers } } },
  };
  const { liveLimits } = facts({ workload: (name) => (name === "prod-web" ? workload : undefined) });

  it("are found by workload and container", () => {
    expect(liveLimits("prod-web", "web")).toEqual(limits);
  });

  it.each([
    ["prod-web", "side"],
    ["prod-web", "half"],
    ["prod-web", "none"],
    ["prod-glance", "web"],
  ])("are none for %s/%s", (name, container) => {
    expect(liveLimits(name, container)).toBeUndefined();
  });
});

describe("live claims", () => {
  it("are known by name and class", () => {
    const claim = (name: string, spec?: object): KubeObject => {
      return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name }, ...(spec && { spec }) };
    };
    expect(
      facts({ claims: [claim("a", { storageClassName: "ceph" }), claim("b", {}), claim("c")] }).liveClaims,
    ).toEqual([
      { name: "a", storageClassName: "ceph" },
      { name: "b", storageClassName: "" },
      { name: "c", storageClassName: "" },
    ]);
    const [bound] = facts({ claims: [claim("a", { storageClassName: "ceph", volumeName: "pv-1" })] }).liveClaims;
    expect(bound).toMatchObject({ name: "a", bound: true });
  });
});

describe("storage classes", () => {
  const named = (name: string): KubeObject => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name },
  });

  it("are known by name, in order, and not at all where they cannot be read", () => {
    expect(facts({ storageClasses: [named("nfs"), named("ceph")] }).storageClasses).toEqual(["ceph", "nfs"]);
    expect(facts({ storageClasses: [] }).storageClasses).toEqual([]);
    expect(facts({})).not.toHaveProperty("storageClasses");
  });
});
