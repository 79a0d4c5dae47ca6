import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editions, products } from "../../../src/cluster/api/names.ts";
import { components } from "../../../src/cluster/components/index.ts";
import { render } from "../../../src/cluster/render.ts";
import { rowOf } from "../../../src/cluster/sync/kinds.ts";
import { planOf } from "../../../src/cluster/sync/plan.ts";
import type { Component } from "../../../src/cluster/components/component.ts";
import { writtenSpec } from "../../support/arbitrary-cluster.ts";
import { decoded } from "../../golden/wanted.ts";
import { clusterObject, inputsFor, leastSpec } from "../../support/cluster-scope.ts";

const types = components.map(({ type }) => type);
const everywhere = products.flatMap((productVersion) => editions.map((edition) => ({ productVersion, edition })));

/** A component's type behind those of everything that it waits for; fails on a circle. */
function chainOf(type: string, below: readonly string[] = []): readonly string[] {
  if (below.includes(type)) throw new Error([...below, type].join(" waits for "));
  const after = components.find((one) => one.type === type)?.after ?? [];
  return [...after.flatMap((one) => chainOf(one, [...below, type])), type];
}

describe("the registry", () => {
  it.each<readonly [string, (component: Component) => string]>([
    ["type", ({ type }) => type],
    ["status key", ({ statusKey }) => statusKey],
  ])("has no %s twice", (_, keyOf) => {
    const keys = components.map(keyOf);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it("describes a spec that several components share once, and shares that of hosts alone", () => {
    const groups = Object.values(Object.groupBy(components, ({ specKey }) => specKey)).map((group = []) => group);
    for (const group of groups) expect(new Set(group.map(({ spec }) => spec)).size).toBe(1);
    const shared = groups.filter(({ length }) => length > 1);
    expect(shared.map(([first]) => first?.specKey)).toEqual(["hostagent"]);
  });

  it("gives no two components one database, account or entry of the credentials, save for those of hosts", () => {
    const owners = components.filter(({ account, database }) => account !== undefined || database !== undefined);
    const entries = Object.groupBy(owners, ({ configKey }) => configKey);
    const shared = Object.values(entries).filter((group = []) => group.length > 1);
    expect(shared.map((group = []) => group.map(({ type }) => type))).toEqual([["host", "host-deployer"]]);
    for (const keyOf of [({ database }: Component) => database?.name, ({ account }: Component) => account]) {
      const keys = Object.values(entries).flatMap((group = []) => [...new Set(group.map(keyOf))]);
      const used = keys.filter((key) => key !== undefined);
      expect(new Set(used).size).toBe(used.length);
    }
  });

  it("lets no component wait for one that there is not, or in a circle", () => {
    expect(components.flatMap(({ after }) => after).filter((type) => !types.includes(type))).toEqual([]);
    for (const type of types) expect(chainOf(type).at(-1)).toBe(type);
  });

  it("lets a component work only with the credentials of one that has some", () => {
    const keys = new Set(
      components.filter(({ account, database }) => account ?? database).map(({ configKey }) => configKey),
    );
    const guests = components.filter((component) => "getOptions" in component).map(({ configKey }) => configKey);
    expect(guests.filter((key) => !keys.has(key))).toEqual([]);
  });
});

describe.each(everywhere)("the product $productVersion in edition $edition", ({ productVersion, edition }) => {
  const object = clusterObject({ ...leastSpec, productVersion }, edition);

  it("has nothing that the operator itself would refuse, such as a port asked for twice", () => {
    const plan = planOf(inputsFor({ productVersion }, { edition }));
    expect(plan.problems).toEqual([]);
    expect(plan.wanted.length).toBeGreaterThan(10);
  });

  it("is rendered twice to the same objects", () => {
    expect(render(object)).toEqual(render(object));
    expect(JSON.stringify(render(object))).toBe(JSON.stringify(render(object)));
  });

  it("has every object once, in the namespace of the cluster, of a kind that the sync knows", () => {
    const objects = render(object).flatMap((rendering) => rendering.objects);
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    for (const one of objects) {
      expect(one.metadata.namespace).toBe("onecloud");
      expect(rowOf(one).data === true).toBe(one.metadata.ownerReferences === undefined);
    }
  });
});

/** What JavaScript makes of a value that is not there, or is no text. */
const hole = /undefined|\[object Object\]|NaN/;

describe("any spec that is accepted", () => {
  it("is rendered to objects without a hole, the same twice, in any product and edition", () => {
    fc.assert(
      fc.property(writtenSpec(), fc.constantFrom(...everywhere), (spec, { productVersion, edition }) => {
        // What a person wrote may read like a hole.
        fc.pre(!hole.test(JSON.stringify(spec)));
        const object = clusterObject({ ...spec, productVersion }, edition);
        const text = JSON.stringify(render(object));
        expect(text).toBe(JSON.stringify(render(object)));
        // In base64 anything may read like one.
        const objects = render(object).flatMap((rendering) => rendering.objects.map(decoded));
        expect(JSON.stringify(objects)).not.toMatch(hole);
      }),
      { numRuns: 30 },
    );
  });

  it("is rendered the same whatever the order of its fields", () => {
    fc.assert(
      fc.property(writtenSpec(), (spec) => {
        const reversed = Object.fromEntries(Object.entries(spec).toReversed());
        expect(JSON.stringify(render(clusterObject(reversed)))).toBe(JSON.stringify(render(clusterObject(spec))));
      }),
      { numRuns: 10 },
    );
  });
});
