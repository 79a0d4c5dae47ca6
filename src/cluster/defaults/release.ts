import type { Cluster } from "../api/cluster.ts";
import type { Field, Fields, Json, JsonObject } from "../api/field.ts";
import { isMapping } from "../api/field.ts";
import type { FillContext } from "./fill.ts";
import { commonLimitsOf, isUnasked } from "./unasked.ts";
import type { Place } from "./unasked.ts";

/** Keys from the spec on, `["keystone", "image"]`. */
export type Path = readonly string[];

/** What tells whether a field was asked for, beside the spec. */
export interface ReleaseContext {
  /** The cluster as it is meant by the spec. */
  readonly cluster: Cluster;
  /** How many there are, ready or not. */
  readonly controlPlaneNodes: number | undefined;
}

type Around = Omit<Place, "path" | "field" | "value" | "context">;

/**
 * The fields of a written spec that nobody asked for: they hold what this operator or the reference puts there. Taken
 * out, they get our default, which then follows its source, or are worked out in every pass.
 */
export function unaskedPaths(fields: Fields, spec: JsonObject, context: ReleaseContext): readonly Path[] {
  const { cluster, controlPlaneNodes } = context;
  const { name, edition, platform } = cluster;
  const { storage } = platform.optionFiles;
  const around = { spec, controlPlaneNodes, commonLimits: commonLimitsOf(spec, cluster) };
  const filling: FillContext = { name, edition, storage, platform };
  return pathsIn(fields, spec, { around, filling, path: [] });
}

interface Where {
  readonly around: Around;
  readonly filling: FillContext;
  readonly path: Path;
}

function pathsIn(fields: Fields, written: JsonObject, where: Where): readonly Path[] {
  return Object.entries(fields).flatMap(([key, field]) => {
    const spellings = [key, field.oldSpelling].filter((one) => one !== undefined && written[one] !== undefined);
    // Of two spellings one wins: to take out the winner would bring up the other.
    const [spelling, another] = spellings;
    if (spelling === undefined || another !== undefined) return [];
    return pathsAt(field, written, { ...where, path: [...where.path, spelling] });
  });
}

function pathsAt(field: Field, written: JsonObject, where: Where): readonly Path[] {
  const { around, filling, path } = where;
  const value = written[path.at(-1) ?? ""] as Json;
  if (field.fields !== undefined && isFilledStruct(value)) {
    return pathsIn(field.fields, value, { ...where, filling: { ...filling, siblings: written } });
  }
  const context = { ...filling, siblings: written, above: filling.siblings ?? {} };
  return isUnasked({ ...around, path, field, value, context }) ? [path] : [];
}

function isFilledStruct(value: Json): value is JsonObject {
  return isMapping(value) && Object.keys(value).length > 0;
}

/** The struct without these fields, and without structs that are empty then. */
export function withoutPaths(struct: JsonObject, paths: readonly Path[]): JsonObject {
  const byKey = Object.groupBy(paths, ([key = ""]) => key);
  const kept = Object.entries(struct).map(([key, value]) => {
    const below = byKey[key]?.map(([, ...rest]) => rest);
    return [key, below === undefined ? value : withoutBelow(value, below)] as const;
  });
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined));
}

function withoutBelow(value: Json | undefined, paths: readonly Path[]): Json | undefined {
  if (paths.some(({ length }) => length === 0)) return undefined;
  const rest = withoutPaths(value as JsonObject, paths);
  return Object.keys(rest).length === 0 ? undefined : rest;
}

/** The path as people write it, `spec.keystone.image`. */
export function pathText(path: Path): string {
  return ["spec", ...path].join(".");
}
