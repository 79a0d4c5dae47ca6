import { describe, expect, it } from "vitest";
import type { Facts } from "../../../src/cluster/api/facts.ts";
import type { ResourceSpec } from "../../../src/cluster/objects/resources.ts";
import { limitsOf, resourcesOf } from "../../../src/cluster/objects/resources.ts";
import { inputsFor, scopeFor } from "../../support/cluster-scope.ts";

const computed = { cpu: "2", memory: "2000Mi" };
const small = { cpu: "10m", memory: "10Mi" };
const live = { cpu: "1", memory: "700Mi" };

function resources(spec: ResourceSpec, facts: Partial<Facts> = {}, platform: object = {}): object {
  const scope = scopeFor("region", inputsFor({ ...platform }, { facts }));
  return resourcesOf(scope, "prod-region", { name: "region", spec });
}

/** Facts while no control-plane node is visible. */
function withoutNodes(liveLimits: Facts["liveLimits"] = () => undefined): Partial<Facts> {
  return { capacity: undefined, liveLimits } as unknown as Partial<Facts>;
}

describe("computed limits", () => {
  it.each([
    [
      { cpu: 8, memory: 34_359_738_368 },
      { cpu: "2.666667", memory: "2147Mi" },
    ],
    [{ cpu: 6, memory: 32e9 }, computed],
    [
      { cpu: 1, memory: 4e9 },
      { cpu: "0.333333", memory: "512Mi" },
    ],
  ])("of a node with %j are %j", (capacity, limits) => {
    expect(limitsOf(capacity)).toEqual(limits);
  });
});

describe("the resources of a container", () => {
  it("are computed limits and small requests where the spec names none", () => {
    expect(resources({})).toEqual({ limits: computed, requests: small });
  });

  it("are those of the spec where it names any", () => {
    const spec = { limits: { cpu: 4 }, requests: { memory: "1Gi" } };
    expect(resources(spec)).toEqual({ limits: { ...computed, cpu: 4 }, requests: { ...small, memory: "1Gi" } });
  });

  it("never hold the size of a volume", () => {
    const requests = { cpu: "1", storage: "100G" } as ResourceSpec["requests"] & object;
    expect(resources({ requests })).toMatchObject({ requests: { cpu: "1", memory: "10Mi" } });
    expect(JSON.stringify(resources({ requests }))).not.toContain("storage");
  });

  it("keep the limits of the live container while no control-plane node is visible", () => {
    const facts = withoutNodes((workload, name) => (`${workload}/${name}` === "prod-region/region" ? live : undefined));
    expect(resources({}, facts)).toEqual({ limits: live, requests: small });
    expect(resources({ limits: { memory: "9Gi" } }, facts)).toMatchObject({ limits: { cpu: "1", memory: "9Gi" } });
  });

  it("are none where nothing can be computed, but for those of the spec", () => {
    expect(resources({}, withoutNodes())).toEqual({});
    expect(resources({ limits: { cpu: "1" } }, withoutNodes())).toEqual({ limits: { cpu: "1" } });
  });

  it("follow the nodes rather than the live container", () => {
    expect(resources({}, { liveLimits: () => live })).toMatchObject({ limits: computed });
  });

  it("have a computed limit that is no lower than what the spec asks for", () => {
    const { limits } = resources({ requests: { memory: "4Gi" } }) as { limits: object };
    expect(limits).toEqual({ cpu: computed.cpu, memory: "4Gi" });
  });

  it("have a small request that is no higher than the limit of the spec", () => {
    const { requests } = resources({ limits: { cpu: "5m" } }) as { requests: object };
    expect(requests).toEqual({ cpu: "5m", memory: small.memory });
  });

  it("are none at all where the cluster does without resource management", () => {
    expect(resources({ limits: { cpu: "1" } }, {}, { disableResourceManagement: true })).toEqual({});
  });
});
