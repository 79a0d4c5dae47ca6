import { describe, expect, it } from "vitest";
import { nodesText, readFacts, zoneIdsIn } from "../../../src/cluster/prepare/facts.ts";
import type { KubeObject } from "../../../src/kube/object.ts";

function node(name: string, labels: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels },
    status: { capacity: { cpu: "4", memory: "8Gi" } },
  };
}

const host = { "onecloud.yunion.io/host": "enable" };
const nodes = [
  node("a", { ...host, disk: "ssd" }),
  node("b", { ...host, "onecloud.yunion.io/baremetal": "enable" }),
  node("c", { "onecloud.yunion.io/controller": "disable" }),
];

describe("what is known of nodes", () => {
  it("are the platform's own labels that some node has, each once", () => {
    const surroundings = { nodes, kubernetesMinor: 36, claims: [], workload: () => undefined };
    expect(readFacts(surroundings).nodeLabels).toEqual([
      "onecloud.yunion.io/baremetal=enable",
      "onecloud.yunion.io/controller=disable",
      "onecloud.yunion.io/host=enable",
    ]);
  });

  it("stays the same when a node comes that is marked as another one, and changes with the last of its mark", () => {
    expect(nodesText([...nodes, node("d", { ...host, disk: "hdd" })])).toBe(nodesText(nodes));
    expect(nodesText(nodes.filter(({ metadata }) => metadata.name !== "b"))).not.toBe(nodesText(nodes));
  });
});

describe("the ids of the region and its zones", () => {
  it("are those in the status of region; empty ones and none are none", () => {
    const region = { RegionId: "region0", ZoneId: "1-1", CustomZones: { west: "2-2" } };
    expect(zoneIdsIn({ region })).toEqual({ region: "region0", first: "1-1", custom: { west: "2-2" } });
    expect(zoneIdsIn({ region: { RegionId: "", ZoneId: "", CustomZones: null } })).toEqual({ custom: {} });
    expect(zoneIdsIn({})).toEqual({ custom: {} });
  });
});
