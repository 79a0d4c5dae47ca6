import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cluster } from "../../../src/cluster/api/cluster.ts";
import type { Field, Fields, Json, JsonObject } from "../../../src/cluster/api/field.ts";
import { isMapping } from "../../../src/cluster/api/field.ts";
import { platformFields } from "../../../src/cluster/api/platform.ts";
import { specsOf } from "../../../src/cluster/components/component.ts";
import { components } from "../../../src/cluster/components/index.ts";
import { filledIn, isUnset } from "../../../src/cluster/defaults/fill.ts";
import { meantCluster } from "../../../src/cluster/defaults/meant.ts";
import { writtenSpec } from "../../support/arbitrary-cluster.ts";
import { clusterObject } from "../../support/cluster-scope.ts";
import { frozen } from "../../support/frozen.ts";

const specs = specsOf(components);
const fields: Fields = { ...platformFields, ...specs };
const editions = fc.constantFrom("ce", "ce/support", "ee");
const runs = { numRuns: 25 };

function meantOf(spec: JsonObject, edition = "ce"): Cluster {
  return meantCluster(clusterObject(spec, edition), specs, { spec, storage: "Secret" });
}

function wholeSpec({ platform, specs: filled }: Cluster): JsonObject {
  return { ...(platform as unknown as JsonObject), ...filled };
}

/** What a field is forced to be, beside what is written there; `undefined` where what is written counts. */
function forcedValue({ platform: meant }: Cluster, { field, siblings, above }: Leaf): unknown {
  const platform = meant as unknown as JsonObject;
  return field.forced?.({ platform, name: "prod", edition: "ce", storage: "Secret", siblings, above });
}

/** What the operator would write into the stored spec. */
function fillingOf(spec: JsonObject, edition = "ce"): JsonObject {
  return filledIn(fields, spec, wholeSpec(meantOf(spec, edition)));
}

/** The stored spec once both parties have written to it; fails where both wrote the same field. */
function together(written: JsonObject, filled: JsonObject): JsonObject {
  const stored: Record<string, Json | undefined> = { ...written };
  for (const [key, value] of Object.entries(filled)) {
    const below = stored[key];
    if (isMapping(value) && isMapping(below)) stored[key] = together(below, value);
    else if (below !== undefined) throw new Error(`${key} is written and filled in`);
    else stored[key] = value;
  }
  return stored;
}

interface Leaf {
  readonly path: string;
  readonly field: Field;
  /** What is written there, under the right spelling or else under the old one. */
  readonly written: Json | undefined;
  readonly meant: Json | undefined;
  /** The structs around it as written. */
  readonly siblings: JsonObject;
  readonly above: JsonObject;
}

/** Every field that is no struct; structs with two spellings are left out. */
function leavesOf(all: Fields, [written, meant, above = {}]: Layers, path = "spec"): readonly Leaf[] {
  return Object.entries(all).flatMap(([key, field]) => {
    const [held, is] = [isUnset(written[key], field) ? written[field.oldSpelling ?? key] : written[key], meant[key]];
    const around = { path: `${path}.${key}`, siblings: written, above };
    if (field.fields === undefined) return [{ ...around, field, written: held, meant: is }];
    if (field.oldSpelling !== undefined) return [];
    return leavesOf(field.fields, [isMapping(held) ? held : {}, isMapping(is) ? is : {}, written], around.path);
  });
}

/** A struct as written, as meant, and the struct around it as written. */
type Layers = readonly [written: JsonObject, meant: JsonObject, above?: JsonObject];

describe("filling in defaults, for any spec that the schema allows", () => {
  it("changes nothing when done again", () => {
    fc.assert(
      fc.property(writtenSpec(), editions, (spec, edition) => {
        const once = meantOf(spec, edition);
        expect(meantOf(wholeSpec(once), edition)).toEqual(once);
      }),
      runs,
    );
  });

  it("means the same once what was filled in is stored beside what was written", () => {
    fc.assert(
      fc.property(writtenSpec(), editions, (spec, edition) => {
        const stored = together(spec, fillingOf(spec, edition));
        expect(meantOf(stored, edition)).toEqual(meantOf(spec, edition));
        expect(fillingOf(stored, edition)).toEqual({});
      }),
      runs,
    );
  });

  it("never changes what was written", () => {
    fc.assert(
      fc.property(writtenSpec(), (spec) => {
        expect(() => fillingOf(frozen(spec))).not.toThrow();
      }),
      runs,
    );
  });

  it("keeps every value that somebody wrote unless it is forced, and invents none where there is no default", () => {
    fc.assert(
      fc.property(writtenSpec(), (spec) => {
        const cluster = meantOf(spec);
        const leaves = leavesOf(fields, [spec, wholeSpec(cluster)]);
        const judged = leaves.map((leaf) => ({ ...leaf, forced: forcedValue(cluster, leaf) }));
        const forced = judged.filter((leaf) => leaf.forced !== undefined);
        expect(forced.map(({ path }) => path)).toContain("spec.telegraf.initContainerImage");
        expect(forced.map(({ path, meant }) => [path, meant])).toEqual(forced.map((leaf) => [leaf.path, leaf.forced]));
        const others = judged.filter((leaf) => leaf.forced === undefined);
        const held = others.filter(({ written, field }) => !isUnset(written, field));
        expect(held.map(({ path, meant }) => [path, meant])).toEqual(held.map(({ path, written }) => [path, written]));
        const free = others.filter(({ field, written }) => isUnset(written, field) && field.default === undefined);
        expect(free.filter(({ meant }) => meant !== undefined)).toEqual([]);
      }),
      runs,
    );
  });
});

describe("a default", () => {
  const version = (tag: string, more: JsonObject = {}): JsonObject => ({ version: tag, ...more });

  it("follows its source: another version gives other images", () => {
    expect(meantOf(version("v2")).specs["keystone"]?.["image"]).toBe("registry.hub.docker.com/yunion/keystone:v2");
    expect(meantOf(version("v3")).specs["keystone"]?.["image"]).toBe("registry.hub.docker.com/yunion/keystone:v3");
  });

  it("does not follow it where somebody wrote the value", () => {
    const keystone = { image: "registry.hub.docker.com/yunion/keystone:v2" };
    expect(meantOf(version("v3", { keystone })).specs["keystone"]?.["image"]).toBe(keystone.image);
    expect(fillingOf(version("v3", { keystone }))["keystone"]).not.toHaveProperty("image");
  });

  it.each([
    ["an empty text", ""],
    ["null", null],
    ["an empty list", []],
  ])("stands in for %s", (_, nothing) => {
    const { keystone } = meantOf({ keystone: { imagePullPolicy: nothing, tolerations: nothing } }).specs;
    expect(keystone).toMatchObject({ imagePullPolicy: "IfNotPresent", tolerations: [{}, {}, {}] });
  });

  it.each([
    ["false", false],
    ["0", 0],
  ])("does not stand in for %s", (_, value) => {
    expect(isUnset(value)).toBe(false);
  });

  it("stands in for a port that is 0, which means the usual one", () => {
    const spec = { mysql: { host: "a", port: 0 }, keystone: { publicService: { nodePort: 0 } } };
    const { platform, specs: filled } = meantOf(spec);
    expect(platform.mysql.port).toBe(3306);
    expect(filled["keystone"]).toMatchObject({ publicService: { nodePort: 30500 } });
    expect(fillingOf(spec)["keystone"]).not.toHaveProperty("publicService.nodePort");
  });

  it("is not stored where a stored object carries an empty value of its own", () => {
    expect(fillingOf({ keystone: { imagePullPolicy: "", tolerations: null } })["keystone"]).not.toHaveProperty(
      "tolerations",
    );
  });

  it("is known for keystone's password only as the place where it is kept", () => {
    expect(fillingOf({})["keystone"]).toMatchObject({
      bootstrapPasswordSecretRef: { name: "prod-cluster-config", key: "bootstrapPassword" },
    });
    expect(JSON.stringify(fillingOf({}))).not.toContain('"bootstrapPassword":');
  });

  it.each(["chosen", "", null])(
    "points to the Secret of keystone's password unless the password is written: %j",
    (bootstrapPassword) => {
      const { bootstrapPasswordSecretRef } = (fillingOf({ keystone: { bootstrapPassword } })["keystone"] ??
        {}) as JsonObject;
      const usual = { name: "prod-cluster-config", key: "bootstrapPassword" };
      expect(bootstrapPasswordSecretRef).toEqual(bootstrapPassword === "chosen" ? undefined : usual);
    },
  );

  it("reads the usual key of a Secret that somebody chose", () => {
    const chosen = { keystone: { bootstrapPasswordSecretRef: { name: "mine" } } };
    expect(fillingOf(chosen)["keystone"]).toMatchObject({ bootstrapPasswordSecretRef: { key: "bootstrapPassword" } });
    expect(meantOf(chosen).specs["keystone"]).toMatchObject({ bootstrapPasswordSecretRef: { name: "mine" } });
  });
});

describe("a field that the reference misspells", () => {
  const retention = (spec: JsonObject): unknown => meantOf({ victoriaMetrics: spec }).specs["victoriaMetrics"];

  it("is read under either spelling, and the right one wins", () => {
    expect(retention({ rententionPeriodDays: 7 })).toMatchObject({ retentionPeriodDays: 7 });
    expect(retention({ retentionPeriodDays: 8 })).toMatchObject({ retentionPeriodDays: 8 });
    expect(retention({ rententionPeriodDays: 7, retentionPeriodDays: 8 })).toMatchObject({ retentionPeriodDays: 8 });
  });

  it("gets its default when neither is there, and is meant under the right name only", () => {
    expect(retention({})).toMatchObject({ retentionPeriodDays: 93 });
    expect(retention({ rententionPeriodDays: 7 })).not.toHaveProperty("rententionPeriodDays");
  });

  it.each(["retentionPeriodDays", "rententionPeriodDays"])("is not filled in while somebody holds %s", (key) => {
    const filled = fillingOf({ victoriaMetrics: { [key]: 7 } })["victoriaMetrics"];
    expect(filled).not.toHaveProperty("retentionPeriodDays");
    expect(filled).not.toHaveProperty("rententionPeriodDays");
  });

  it.each([
    ["webconsole", "guacd", "Guacd"],
    ["web", "overview", "Overview"],
    ["web", "docs", "Docs"],
  ])("%s.%s takes each of its fields from the right spelling first", (component, right, old) => {
    const spec = { [component]: { [old]: { tag: "old", imageName: "old" }, [right]: { tag: "new" } } };
    const meant = meantOf(spec).specs[component]?.[right];
    expect(meant).toMatchObject({ image: "registry.hub.docker.com/yunion/old:new", tag: "new", imageName: "old" });
    expect(fillingOf(spec)[component]).not.toHaveProperty(right);
    expect(fillingOf({ [component]: { [old]: { tag: "old" } } })[component]).not.toHaveProperty(old);
  });
});
