import type { Difference } from "../support/golden.ts";
import { isMapping, readYaml } from "./scenarios.ts";

/** One intended difference from the reference, as `differences.yaml` lists it. */
export interface IntendedDifference {
  /** Several entries may share one name; `docs/differences.md` explains it once. */
  readonly name: string;
  readonly components: readonly string[] | "*";
  /** A kind, or `*`. */
  readonly kind: string;
  /** A path of `Difference` in which `*` stands for a part of one key or one pair of brackets, `**` for anything. */
  readonly path: string;
  /** All scenarios when left out. */
  readonly scenarios?: readonly string[];
  /** What is wanted instead, where that is the same everywhere; `null` when nothing is. */
  readonly actual?: unknown;
  readonly reason: string;
}

/** A difference with the scenario and the component in which it was found. */
export interface Found extends Difference {
  readonly scenario: string;
  readonly component: string;
}

/** All intended differences. */
export function readIntended(): readonly IntendedDifference[] {
  return readYaml(new URL("differences.yaml", import.meta.url), isIntendedList);
}

function isIntendedList(value: unknown): value is readonly IntendedDifference[] {
  return Array.isArray(value) && value.every(isIntendedDifference);
}

function isIntendedDifference(value: unknown): value is IntendedDifference {
  if (!isMapping(value)) return false;
  const { components, scenarios = [] } = value;
  const texts = [value["name"], value["kind"], value["path"], value["reason"]];
  return (
    texts.every((text) => typeof text === "string") &&
    (components === "*" || Array.isArray(components)) &&
    Array.isArray(scenarios)
  );
}

/** Whether a difference is this intended one. */
export function isIntended(found: Found, intended: IntendedDifference): boolean {
  return (
    isListed(intended.components, found.component) &&
    isListed(intended.scenarios ?? "*", found.scenario) &&
    isListed(intended.kind === "*" ? "*" : [intended.kind], found.kind) &&
    patternOf(intended.path).test(found.path) &&
    (intended.actual === undefined || isSame(intended.actual, found.actual ?? null))
  );
}

function isListed(list: readonly string[] | "*", name: string): boolean {
  return list === "*" || list.includes(name);
}

/**
 * What an entry lists and no difference shows: the whole entry, or one of the components or scenarios that it names.
 * Each is one line of text that begins with the name of the entry.
 */
export function staleParts(intended: IntendedDifference, found: readonly Found[]): readonly string[] {
  const hits = found.filter((difference) => isIntended(difference, intended));
  const where = `${intended.name} (${intended.kind} ${intended.path})`;
  if (hits.length === 0) return [where];
  const components = intended.components === "*" ? [] : intended.components;
  return [
    ...components.filter((name) => !hits.some((hit) => hit.component === name)).map((name) => `${where}: ${name}`),
    ...(intended.scenarios ?? [])
      .filter((name) => !hits.some((hit) => hit.scenario === name))
      .map((name) => `${where}: ${name}`),
  ];
}

/** The pattern of a path: `[*]` is any one pair of brackets, `*` any run within one plain key, `**` anything. */
export function patternOf(path: string): RegExp {
  const source = path.replace(/\*\*|\[\*\]|\*|[^*[\]\w-]|[[\]]/g, (part) => {
    if (part === "**") return ".*";
    if (part === "[*]") return String.raw`\[[^\]]*\]`;
    return part === "*" ? String.raw`[^.[\]]*` : `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}

/** Whether two plain values say the same, whatever the order of their keys. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one, sorted) === JSON.stringify(other, sorted);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
