import type { Component } from "./component.ts";

/** A component, as far as the order of components looks at it. */
export type Dependent = Pick<Component, "type" | "after" | "gatedBy">;

/** The types of everything that a component waits for: for its first start, and by its gates. */
export function waitsFor({ after, gatedBy = [] }: Dependent): readonly string[] {
  return [...new Set([...after, ...gatedBy])];
}

/** Components that wait for each other in a circle, the first one again at the end; `undefined` when there is no circle. */
export function cycleIn(components: readonly Dependent[]): readonly string[] | undefined {
  const byType = new Map(components.map((component) => [component.type, component]));
  const free = new Set<string>();
  return firstOf(components, ({ type }) => cycleFrom(type, []));

  function cycleFrom(type: string, path: readonly string[]): readonly string[] | undefined {
    if (path.includes(type)) return [...path.slice(path.indexOf(type)), type];
    const component = free.has(type) ? undefined : byType.get(type);
    if (component === undefined) return undefined;
    const cycle = firstOf(waitsFor(component), (one) => cycleFrom(one, [...path, type]));
    if (cycle === undefined) free.add(type);
    return cycle;
  }
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same components. An error of the program when one of them could never start, because it waits for itself or for one that there is not. */
export function startable<T extends Dependent>(components: readonly T[]): readonly T[] {
  const types = new Set(components.map(({ type }) => type));
  for (const component of components) {
    const missing = waitsFor(component).find((type) => !types.has(type));
    if (missing !== undefined) throw new Error(`${component.type} waits for ${missing}, which is no component`);
  }
  const cycle = cycleIn(components);
  if (cycle !== undefined) throw new Error(`components wait for each other: ${cycle.join(" waits for ")}`);
  return components;
}
