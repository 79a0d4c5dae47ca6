import { describe, expect, it } from "vitest";
import { nameOf, regionOf } from "../../../src/cluster/api/scope.ts";
import { authUrl } from "../../../src/cluster/options/endpoints.ts";
import { wantedObjects } from "../../../src/cluster/sync/wanted.ts";
import type { Inputs } from "../../../src/cluster/sync/wanted.ts";
import { componentOf, inputsFor, scopeFor } from "../../support/cluster-scope.ts";

const configMaps = { optionFiles: { storage: "ConfigMap" } };

/** Inputs for a cluster with this name and these annotations. */
function inputsOf(name: string, annotations: Readonly<Record<string, string>> = {}, spec = {}): Inputs {
  const inputs = inputsFor({ ...configMaps, ...spec });
  return { ...inputs, cluster: { ...inputs.cluster, name, annotations } };
}

/** The names of a component's objects, and the names of the ConfigMaps that its pods mount. */
function namesIn(type: string, inputs: Inputs): { readonly objects: readonly string[]; readonly mounted: unknown } {
  const wanted = wantedObjects(componentOf(type), inputs);
  const mounted = [...JSON.stringify(wanted).matchAll(/"configMap":\{"name":"([^"]+)"/g)].map(([, name]) => name);
  return { objects: wanted.map(({ kind, metadata }) => `${kind}/${metadata.name}`), mounted };
}

describe("the names of objects", () => {
  it("begin with the name of the cluster", () => {
    const { objects, mounted } = namesIn("region", inputsOf("prod"));
    expect(objects).toEqual(["ConfigMap/prod-region", "Service/prod-region", "Deployment/prod-region"]);
    expect(mounted).toEqual(["prod-region"]);
  });

  it("are the types of the components in the cluster of Docker Compose, except for option files", () => {
    const inputs = inputsOf("docker-compose-cluster");
    const { objects, mounted } = namesIn("region", inputs);
    expect(objects).toEqual(["ConfigMap/docker-compose-cluster-region", "Service/region", "Deployment/region"]);
    expect(mounted).toEqual(["docker-compose-cluster-region"]);
    expect(nameOf(scopeFor("keystone", inputs))).toBe("keystone");
    expect(authUrl(scopeFor("region", inputs))).toBe("https://keystone:30357/v3");
  });

  it("carry for an option file the suffix that an annotation of the cluster gives, in its pods too", () => {
    const inputs = inputsOf("prod", { "onecloud.yunion.io/region.prod-region.sha": "1a2b" });
    const { objects, mounted } = namesIn("region", inputs);
    expect(objects).toEqual(["ConfigMap/prod-region-1a2b", "Service/prod-region", "Deployment/prod-region"]);
    expect(mounted).toEqual(["prod-region-1a2b"]);
    expect(namesIn("glance", inputs).mounted).toEqual(["prod-glance"]);
  });

  it("carry it in everything that reads the file of the host agent", () => {
    const inputs = inputsOf("prod", { "onecloud.yunion.io/host.prod-host.sha": "1a2b" });
    expect(["host", "host-sdnagent", "host-deployer"].map((type) => namesIn(type, inputs).mounted)).toEqual([
      ["prod-host-1a2b"],
      ["prod-host-1a2b"],
      ["prod-host-1a2b"],
    ]);
  });

  it("carry it for one zone alone", () => {
    const annotations = { "onecloud.yunion.io/esxi-agent-west.prod-esxi-agent-west.sha": "1a2b" };
    const { mounted } = namesIn("esxi-agent", inputsOf("prod", annotations, { customZones: ["west"] }));
    expect(mounted).toEqual(["prod-esxi-agent", "prod-esxi-agent-west-1a2b"]);
  });
});

describe("the region that services are told", () => {
  it("is its id in keystone once there is one, and the name in the spec before", () => {
    const facts = { zoneIds: { region: "region-id", custom: {} } };
    expect(regionOf(scopeFor("region", inputsFor({ region: "beijing" })))).toBe("beijing");
    expect(scopeFor("region", inputsFor({ region: "beijing" }, { facts })).file?.text).toContain("region: region-id\n");
  });
});
