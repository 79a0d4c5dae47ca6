import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Field, Json, JsonObject } from "../../src/cluster/api/field.ts";
import { isMapping } from "../../src/cluster/api/field.ts";
import type { Component } from "../../src/cluster/components/component.ts";
import { components } from "../../src/cluster/components/index.ts";
import { wantedObjects } from "../../src/cluster/sync/wanted.ts";
import { ignoredFields, specField, validateSpec } from "../../src/cluster/validate.ts";
import { writtenFields } from "../support/arbitrary-cluster.ts";
import { inputsFor, leastSpec, plainFacts } from "../support/cluster-scope.ts";

/** What acts on something other than the objects of a component, and what is there for services that are not there yet. */
const actingElsewhere = [
  /^(mysql|clickhouse|dameng)\.(username|password)$/,
  /^(certSANs|deletionPolicy|minio\..*)$/,
  /^etcd\./,
  /^monitorStack\./,
  /^keystone\.bootstrapPassword/,
  /^influxdb\.disable$/,
];

interface Leaf {
  readonly path: readonly string[];
  readonly field: Field;
}

function leavesOf(field: Field, path: readonly string[] = []): readonly Leaf[] {
  if (field.ignored !== undefined) return [];
  if (field.fields === undefined) return [{ path, field }];
  return Object.entries(field.fields).flatMap(([key, below]) => leavesOf(below, [...path, key]));
}

/** Everything runs that may be switched on. */
const switchedOn: JsonObject = {
  ...leastSpec,
  ...Object.fromEntries(components.map(({ specKey }) => [specKey, { disable: false }])),
  telegraf: { enableRaidPlugin: true },
  enableCloudNet: true,
  enableS3Gateway: true,
  customZones: ["zone1"],
  clickhouse: { host: "clickhouse.example.com" },
};
const onDameng = { dameng: { host: "dameng.example.com" }, db_engine: "dameng" };
const facts = { ...plainFacts, nodeLabels: ["onecloud.yunion.io/baremetal=enable"] };

/** Clusters in one of which each field that means something has a meaning. */
const grounds = [
  { spec: switchedOn, edition: "ee" },
  { spec: switchedOn, edition: "ce" },
  { spec: { ...switchedOn, ...onDameng, productVersion: "CMP" }, edition: "ee" },
];

type Ground = (typeof grounds)[number];

function objectsOf(some: readonly Component[], { spec, edition }: Ground): string {
  const inputs = inputsFor(spec, { edition, facts });
  return JSON.stringify(some.map((component) => wantedObjects(component, inputs)));
}

/** Values that a person might write, the telling ones first. */
function* valuesOf({ field }: Leaf): Generator<Json, undefined> {
  yield* ["10.9.8.7", "value-x", "1.5", 31_999, 3, true, false, "dameng", "registry.example.com/a:b"];
  const random = fc.sample(writtenFields({ value: field }), { seed: 7, numRuns: 20 });
  yield* random.flatMap(({ value }) => (value === undefined ? [] : [value]));
}

function isAllowed(value: Json, { path }: Leaf): boolean {
  return validateSpec(at(leastSpec, path, value)).length === 0;
}

function at(spec: JsonObject, [key = "", ...rest]: readonly string[], value: Json): JsonObject {
  const below = spec[key];
  return { ...spec, [key]: rest.length === 0 ? value : at(isMapping(below) ? below : {}, rest, value) };
}

function isRefused(leaf: Leaf): boolean {
  return leaf.path.at(-1) === "options" && !valuesOf(leaf).some((value) => isAllowed(value, leaf));
}

function changesSomething(leaf: Leaf): boolean {
  const own = components.filter(({ specKey }) => specKey === leaf.path[0]);
  const tried = [...(own.length > 0 ? [own] : []), components];
  return tried.some((some) =>
    grounds.some((ground) => {
      const before = objectsOf(some, ground);
      const withValue = (value: Json): Ground => ({ ...ground, spec: at(ground.spec, leaf.path, value) });
      return valuesOf(leaf).some((value) => isAllowed(value, leaf) && objectsOf(some, withValue(value)) !== before);
    }),
  );
}

describe("a field of the spec", () => {
  it("changes an object, or tells a person who writes it that it has no effect", () => {
    const acting = leavesOf(specField).filter(({ path }) => !actingElsewhere.some((some) => some.test(path.join("."))));
    // `options` is refused where there is no YAML file, and so is no silent field.
    const silent = acting.filter((leaf) => !changesSomething(leaf) && !isRefused(leaf));
    expect(silent.map(({ path }) => path.join("."))).toEqual([]);
  });

  it("acts elsewhere only as long as there is such a field", () => {
    const paths = leavesOf(specField).map(({ path }) => path.join("."));
    expect(actingElsewhere.filter((some) => !paths.some((path) => some.test(path)))).toEqual([]);
  });

  it.each([
    [{ telegraf: { limits: { cpu: "1" } } }, "telegraf.limits has no effect: its pods get no requests and limits"],
    [{ scheduler: { slave_replicas: 2 } }, "scheduler.slave_replicas has no effect: it has no read-only pods"],
    [{ scheduler: { db_engine: "mysql" } }, "scheduler.db_engine has no effect: it has no database to choose for"],
    [{ notify: { plugins: { tag: "v1" } } }, "notify.plugins has no effect: kept for specs that carry it"],
    [
      { hostagent: { SdnAgent: { requests: { cpu: "1" } } } },
      "hostagent.SdnAgent.requests has no effect: its pods get no requests and limits",
    ],
  ])("that has no effect says so under the name that was written: %j", (spec, sentence) => {
    expect(ignoredFields(spec).map(({ field, message }) => `${field} ${message}`)).toEqual([`spec.${sentence}`]);
  });

  it("that asks for nothing is nothing to speak of", () => {
    const nothing = { limits: { cpu: "" }, updateStrategy: "", maxUnavailable: null };
    expect(ignoredFields({ telegraf: nothing, scheduler: { slave_replicas: 0 } })).toEqual([]);
  });
});
