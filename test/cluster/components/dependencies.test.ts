import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dependent } from "../../../src/cluster/components/dependencies.ts";
import { cycleIn, startable, waitsFor } from "../../../src/cluster/components/dependencies.ts";
import { components } from "../../../src/cluster/components/index.ts";

/** Components as pairs of a type and what it waits for; what begins with a = is a gate. */
function dependents(list: Readonly<Record<string, readonly string[]>>): readonly Dependent[] {
  return Object.entries(list).map(([type, names]) => ({
    type,
    after: names.filter((name) => !name.startsWith("=")),
    gatedBy: names.filter((name) => name.startsWith("=")).map((name) => name.slice(1)),
  }));
}

/** Components named by numbers, each waiting for any others, the same among them. */
const anyDependents = fc.integer({ min: 1, max: 8 }).chain((count) =>
  fc.array(fc.array(fc.nat(count - 1), { maxLength: 3 }), { minLength: count, maxLength: count }).map((lists) =>
    lists.map(
      (list, index): Dependent => ({
        type: String(index),
        after: list.filter((one) => one % 2 === 0).map(String),
        gatedBy: list.filter((one) => one % 2 === 1).map(String),
      }),
    ),
  ),
);

/** Whether all can be started, one after the other, each when what it waits for is. */
function canAllStart(list: readonly Dependent[], started: readonly string[] = []): boolean {
  const next = list.filter(
    (one) => !started.includes(one.type) && waitsFor(one).every((type) => started.includes(type)),
  );
  if (next.length === 0) return started.length === list.length;
  return canAllStart(list, [...started, ...next.map(({ type }) => type)]);
}

describe("a circle of components that wait for each other", () => {
  it("is none in the registry", () => {
    expect(cycleIn(components)).toBeUndefined();
  });

  it("is found by way of first starts and gates, and named from one of its members round to the same", () => {
    expect(cycleIn(dependents({ a: ["b"], b: ["=c"], c: ["d", "b"], d: [] }))).toEqual(["b", "c", "b"]);
    expect(cycleIn(dependents({ a: ["=a"] }))).toEqual(["a", "a"]);
    expect(cycleIn(dependents({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] }))).toBeUndefined();
  });

  it("is found exactly where not all can be started, and is one", () => {
    fc.assert(
      fc.property(anyDependents, (list) => {
        const cycle = cycleIn(list);
        expect(cycle === undefined).toBe(canAllStart(list));
        for (const [index, type] of (cycle ?? []).slice(0, -1).entries()) {
          const one = list.find((dependent) => dependent.type === type);
          expect(one && waitsFor(one)).toContain(cycle?.[index + 1]);
        }
        expect(cycle?.[0]).toBe(cycle?.at(-1));
      }),
    );
  });
});

describe("a registry", () => {
  it("is refused where components could never start, and says why", () => {
    expect(() => startable(dependents({ a: ["b"], b: ["=a"] }))).toThrow("a waits for b waits for a");
    expect(() => startable(dependents({ a: ["nova"] }))).toThrow("a waits for nova, which is no component");
    expect(() => startable(dependents({ a: ["=nova"] }))).toThrow("a waits for nova, which is no component");
  });

  it("is handed on as it is where all can start", () => {
    const list = dependents({ a: [], b: ["a"] });
    expect(startable(list)).toBe(list);
  });
});
