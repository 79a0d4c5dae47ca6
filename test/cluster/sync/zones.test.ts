import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { zoneOf } from "../../../src/cluster/api/scope.ts";
import { carryOut, planOf } from "../../../src/cluster/sync/plan.ts";
import { scopeOf, wantedObjects } from "../../../src/cluster/sync/wanted.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { componentOf, inputsFor } from "../../support/cluster-scope.ts";
import { carrying } from "../../support/carrying.ts";
import { memoryStore } from "../../support/memory-store.ts";

const marked = { nodeLabels: ["onecloud.yunion.io/baremetal=enable"] };
const region: JsonObject = { zone: "north", customZones: ["south", "west"] };

function wantedIn(spec: JsonObject, type = "baremetal-agent"): readonly KubeObject[] {
  return wantedObjects(componentOf(type), inputsFor({ ...region, ...spec }, { facts: marked }));
}

function namesOf(objects: readonly KubeObject[], kind = "Deployment"): readonly string[] {
  return objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
}

function deploymentIn(objects: readonly KubeObject[], name: string) {
  const found = objects.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === name);
  return found?.["spec"] as {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: { readonly metadata: { readonly labels: Readonly<Record<string, string>> } };
  };
}

describe("a component with objects for each zone", () => {
  it("has one set for the first zone, without its name, and one for each further zone with it", () => {
    const objects = wantedIn({});
    const names = ["prod-baremetal-agent", "prod-baremetal-agent-south", "prod-baremetal-agent-west"];
    expect(namesOf(objects)).toEqual(names);
    expect(namesOf(objects, "Secret")).toEqual(names);
    expect(namesOf(objects, "PersistentVolumeClaim")).toEqual(names);
    expect(namesOf(wantedIn({}, "esxi-agent"))).toHaveLength(3);
  });

  it("runs only in the zones that its spec chooses, the first one among them if it is named", () => {
    const chosen = (zones: readonly string[]) => namesOf(wantedIn({ baremetalagent: { zones } }));
    expect(chosen(["west"])).toEqual(["prod-baremetal-agent-west"]);
    expect(chosen(["north", "west"])).toEqual(["prod-baremetal-agent", "prod-baremetal-agent-west"]);
    expect(chosen([])).toHaveLength(3);
  });

  it("has every zone once, also where a further zone is the first one again", () => {
    expect(namesOf(wantedIn({ customZones: ["north", "south", "south"] }))).toEqual([
      "prod-baremetal-agent",
      "prod-baremetal-agent-south",
    ]);
  });

  it("has none for a zone without a name", () => {
    expect(namesOf(wantedIn({ customZones: ["", "west"], baremetalagent: { zones: [""] } }))).toEqual([
      "prod-baremetal-agent",
      "prod-baremetal-agent-west",
    ]);
  });

  it("tells the pods of zones apart by a label, and leaves those of the first zone as they always were", () => {
    const objects = wantedIn({});
    const [first, south] = ["prod-baremetal-agent", "prod-baremetal-agent-south"].map((name) =>
      deploymentIn(objects, name),
    );
    expect(first?.selector.matchLabels).not.toHaveProperty("zone");
    expect(south?.selector.matchLabels).toEqual({ ...first?.selector.matchLabels, zone: "south" });
    expect(south?.template.metadata.labels).toEqual(south?.selector.matchLabels);
  });

  it("mounts the file and the volume of its zone under the names that all zones have", () => {
    const text = JSON.stringify(deploymentIn(wantedIn({}), "prod-baremetal-agent-south"));
    expect(text).toContain('"path":"baremetal-agent.conf"');
    expect(text).toContain('"secretName":"prod-baremetal-agent-south"');
    expect(text).toContain('"claimName":"prod-baremetal-agent-south"');
  });

  it("tells its service the id of the zone once the platform has given it one, and its name before", () => {
    const zonesSaid = (zoneIds: { readonly first?: string; readonly custom: Record<string, string> }) => {
      const inputs = inputsFor({ ...region, optionFiles: { storage: "ConfigMap" } }, { facts: { zoneIds } });
      const files = wantedObjects(componentOf("esxi-agent"), inputs).filter(({ kind }) => kind === "ConfigMap");
      return files.map((file) => /^zone: (.*)$/m.exec((file["data"] as { readonly config: string }).config)?.[1]);
    };
    expect(zonesSaid({ custom: {} })).toEqual(["north", "south", "west"]);
    expect(zonesSaid({ first: "1-1", custom: { west: "3-3" } })).toEqual(["1-1", "south", "3-3"]);
  });

  it("takes a zone that is called as something that every object has", () => {
    const zoned = scopeOf(componentOf("esxi-agent"), inputsFor({ customZones: ["toString"] }), "toString");
    expect(zoneOf(zoned)).toBe("toString");
  });

  it("says in one entry of the status how many pods of all zones are there", async () => {
    const inputs = { ...inputsFor(region, { facts: marked }), components: [componentOf("baremetal-agent")] };
    const { results } = await carryOut(planOf(inputs), carrying(memoryStore()));
    expect(results.map(({ status }) => status.ready)).toEqual(["0/3"]);
  });
});

describe("a zone that a component shall run in and that the cluster does not have", () => {
  it("is named with its field before anything is changed", () => {
    const zones = (names: readonly string[]) => planOf(inputsFor({ ...region, esxiagent: { zones: names } })).problems;
    expect(zones(["south", "north"])).toEqual([]);
    expect(zones(["south", "moon"])).toEqual([
      "spec.esxiagent.zones names moon, which is neither spec.zone nor one of spec.customZones: add it there, or take it out",
    ]);
  });
});

describe("a zone whose name cannot be part of the name of an object", () => {
  const problemsWith = (customZones: readonly string[], spec: JsonObject = {}) =>
    planOf(inputsFor({ customZones, ...spec })).problems;

  it("is named once before anything is changed, whatever runs in it", () => {
    expect(problemsWith(["dc-1.east", "2nd"])).toEqual([]);
    expect(problemsWith(["Zone_A"])).toEqual([
      "spec.customZones names Zone_A, which cannot end the name of an object: write small letters, digits, - and . alone, and a letter or digit at the end",
    ]);
    expect(problemsWith(["a-", "a..b", "east."])).toHaveLength(3);
  });

  it("is no matter where nothing runs in it", () => {
    expect(problemsWith(["Zone_A"], { productVersion: "AI" })).toEqual([]);
    const chosen = { zones: ["zone0"] };
    expect(problemsWith(["Zone_A"], { baremetalagent: chosen, esxiagent: chosen })).toEqual([]);
  });
});
