import { describe, expect, it } from "vitest";
import { components } from "../../src/cluster/components/index.ts";
import type { GraphNode } from "../../src/cluster/graph.ts";
import { catalogueGraph, clusterGraph, depthsOf, nodesBefore, parentOf } from "../../src/cluster/graph.ts";
import { meantBy } from "../support/cluster-scope.ts";

function nodeOf(nodes: readonly GraphNode[], type: string): GraphNode {
  const found = nodes.find((node) => node.type === type);
  if (found === undefined) throw new Error(`no node ${type}`);
  return found;
}

describe("the graph of the catalogue", () => {
  const { nodes, resting } = catalogueGraph(components);

  it("holds every component that can run, and says of the others why not", () => {
    expect([...nodes, ...resting].map(({ type }) => type).toSorted()).toEqual(
      components.map(({ type }) => type).toSorted(),
    );
    expect(resting).toEqual([{ type: "influxdb", reason: "it is not run any more" }]);
  });

  it("leaves out what another dependency implies, and nothing else", () => {
    expect(nodeOf(nodes, "scheduler").after).toEqual(["region"]);
    expect(nodeOf(nodes, "vpcagent").after).toEqual(["keystone", "ovn-north"]);
    expect(nodeOf(nodes, "host-ovn-controller")).toEqual({
      type: "host-ovn-controller",
      after: ["ovn-north"],
      gatedBy: ["host-ovs-vswitchd"],
    });
    for (const { type, after } of components) {
      for (const one of after) expect(everythingBefore(type)).toContain(one);
    }
  });

  function everythingBefore(type: string): readonly string[] {
    const node = nodes.find((one) => one.type === type);
    return node === undefined ? [] : nodesBefore(node).flatMap((one) => [one, ...everythingBefore(one)]);
  }

  it("counts what must run before each, and shows each under what starts last", () => {
    const depths = depthsOf(nodes);
    expect(["keystone", "region", "scheduler", "host-ovn-controller"].map((type) => depths.get(type))).toEqual([
      0, 1, 2, 2,
    ]);
    expect(parentOf(nodeOf(nodes, "host-ovn-controller"), depths)).toBe("host-ovs-vswitchd");
    expect(parentOf(nodeOf(nodes, "keystone"), depths)).toBeUndefined();
  });
});

describe("the graph of a cluster", () => {
  it("holds what runs there, and nothing that waits for what does not", () => {
    const { title, nodes, resting } = clusterGraph(
      meantBy({ productVersion: "CMP", keystone: { disable: true } }),
      components,
    );
    expect(title).toBe("prod");
    expect(nodeOf(nodes, "region").after).toEqual([]);
    expect(nodes.map(({ type }) => type)).not.toContain("host");
    expect(resting).toContainEqual({ type: "keystone", reason: "spec.keystone.disable is true" });
    expect(nodes.every(({ state }) => state === undefined)).toBe(true);
  });

  it("says how each component is, and of which nothing is known", () => {
    const status = {
      apiGateway: { phase: "Failed", ready: "0/1", message: "pods are away" },
      region: { phase: "Ready", ready: "1/1" },
    } as const;
    const { nodes } = clusterGraph(meantBy(), components, status);
    expect(nodeOf(nodes, "apigateway").state).toEqual(status.apiGateway);
    expect(nodeOf(nodes, "region").state).toEqual(status.region);
    expect(nodeOf(nodes, "keystone").state).toMatchObject({ phase: "Unknown" });
  });
});
