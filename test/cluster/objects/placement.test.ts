import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { hasNodes, hostNamespaces, namespacesOf, nodesOf } from "../../../src/cluster/objects/placement.ts";
import { deployment } from "../../../src/cluster/objects/workloads.ts";
import type { DeploymentSpec } from "../../../src/cluster/api/shapes.ts";
import { inputsFor, scopeFor } from "../../support/cluster-scope.ts";

const [one, other] = [
  { key: "example.org/one", value: "yes" },
  { key: "example.org/other", value: "yes" },
];

function scopeWith(logger: JsonObject, nodeLabels: readonly string[] = []) {
  const inputs = inputsFor({ logger }, { facts: { nodeLabels } });
  return scopeFor<{ readonly nodeSelector: Readonly<Record<string, string>> }>("logger", inputs);
}

function required(...keys: readonly string[]): JsonObject {
  const terms = keys.map((key) => ({ matchExpressions: [{ key, operator: "In", values: ["yes"] }] }));
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } };
}

describe("pods that run on marked nodes only", () => {
  it("select the one label beside those of the spec", () => {
    expect(nodesOf(scopeWith({ nodeSelector: { disk: "ssd" } }), { nodes: [one] })).toEqual({
      nodeSelector: { disk: "ssd", "example.org/one": "yes" },
    });
  });

  it("take a node with any of several labels", () => {
    expect(nodesOf(scopeWith({}), { nodes: [one, other] })).toEqual({
      affinity: required("example.org/one", "example.org/other"),
    });
  });

  it("find one as soon as some node has one of the labels", () => {
    expect(hasNodes(scopeWith({}), { nodes: [one, other] })).toBe(false);
    expect(hasNodes(scopeWith({}, ["example.org/other=yes"]), { nodes: [one, other] })).toBe(true);
    expect(hasNodes(scopeWith({}, ["example.org/other=no"]), { nodes: [one, other] })).toBe(false);
  });
});

describe("pods that ask for a marked node", () => {
  const asked = { nodes: [{ key: "example.org/one", value: "yes" }] };

  it("are not told to have one where the operator cannot see which nodes there are", () => {
    const { nodeLabels: _, ...facts } = scopeWith({}).facts;
    expect(hasNodes({ ...scopeWith({}), facts }, asked)).toBeUndefined();
    expect(hasNodes({ ...scopeWith({}), facts }, {})).toBe(true);
  });

  it.each([
    [undefined, 0],
    [0, 0],
    [1, 2],
  ])("and are %s already, are to be %s where the operator cannot see nodes", (live, replicas) => {
    const { nodeLabels: _, ...facts } = scopeWith({}).facts;
    const logger = scopeFor<DeploymentSpec>("logger", inputsFor({ logger: { replicas: 2 } }));
    const scope = { ...logger, facts: { ...facts, liveReplicas: () => live } };
    expect(deployment(scope, { ...asked, containers: [{}] })).toHaveProperty("spec.replicas", replicas);
  });
});

describe("pods that may run anywhere", () => {
  it("run on controller nodes, unless they share the namespaces of their node or are bound to it", () => {
    expect(JSON.stringify(nodesOf(scopeWith({}), {}))).toContain("onecloud.yunion.io/controller");
    expect(nodesOf(scopeWith({}), { namespaces: hostNamespaces })).toEqual({});
    expect(nodesOf(scopeWith({}), { boundToNode: true })).toEqual({});
    expect(hasNodes(scopeWith({}), {})).toBe(true);
  });

  it("follow the affinity of the spec, part by part", () => {
    const affinity = required("example.org/chosen");
    const apart = { podAntiAffinity: {} };
    expect(nodesOf(scopeWith({ affinity }), { affinity: apart })).toEqual({ affinity: { ...apart, ...affinity } });
  });
});

describe("pods in namespaces of their node", () => {
  it("share those that they ask for, and resolve names of the cluster in the network of the node", () => {
    expect(namespacesOf({ namespaces: ["network", "ipc"] })).toEqual({
      hostNetwork: true,
      hostIPC: true,
      dnsPolicy: "ClusterFirstWithHostNet",
    });
    expect(namespacesOf({})).toEqual({ dnsPolicy: "ClusterFirst" });
  });
});
