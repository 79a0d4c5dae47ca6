import type { KubeObject, ManagedFieldsEntry } from "../../kube/object.ts";
import type { Json, JsonObject } from "../api/field.ts";
import { isMapping } from "../api/field.ts";
import type { FieldSet } from "../api/field-set.ts";
import { union } from "../api/field-set.ts";
import { fieldManagers } from "../api/names.ts";

/** The spec of a stored object, told apart by who wrote it. */
export interface OwnedSpec {
  /** What people and tools wrote: everything but the fields that the operator alone filled in. */
  readonly written: JsonObject;
  /** What the operator's defaults hold at present, also together with others. */
  readonly filled: JsonObject;
}

/** Tells the written part of `spec` from the filled-in part, by the managers of its fields. Without managed fields everything counts as written. */
export function ownedSpec(object: KubeObject): OwnedSpec {
  const spec = (object["spec"] ?? {}) as JsonObject;
  const entries = (object.metadata.managedFields ?? []).filter(({ subresource }) => subresource === undefined);
  const ours = specFields(entries.filter(isOurs));
  const others = specFields(entries.filter((entry) => !isOurs(entry)));
  return { written: without(spec, ours, others), filled: only(spec, ours) };
}

/** Whether the operator has filled in defaults: it then holds fields, and goes on holding some. */
export function isFilledIn({ metadata }: KubeObject): boolean {
  return metadata.managedFields?.some(isOurs) === true;
}

function isOurs({ manager, operation }: ManagedFieldsEntry): boolean {
  return manager === fieldManagers.defaults && operation === "Apply";
}

/**
 * The entries without these fields of the spec. The API server takes fields that are gone out of them by itself, save where a
 * map or list has become atomic since: an item of it then stays, and would count as somebody's for ever.
 */
export function withoutOwners(
  entries: readonly ManagedFieldsEntry[],
  paths: readonly (readonly string[])[],
): readonly ManagedFieldsEntry[] {
  const keys = paths.map((path) => ["spec", ...path].map((key) => `f:${key}`));
  return entries.map((entry) => ({
    ...entry,
    fieldsV1: keys.reduce(withoutField, (entry.fieldsV1 ?? {}) as FieldSet),
  }));
}

function withoutField(fields: FieldSet, [key = "", ...rest]: readonly string[]): FieldSet {
  const { [key]: below, ...others } = fields;
  if (below === undefined) return fields;
  const left = rest.length === 0 ? {} : withoutField(below, rest);
  return Object.keys(left).length === 0 ? others : { ...others, [key]: left };
}

function specFields(entries: readonly ManagedFieldsEntry[]): FieldSet {
  return entries.map(({ fieldsV1 }) => (fieldsV1?.["f:spec"] ?? {}) as FieldSet).reduce(union, {});
}

function isWhole(fields: FieldSet): boolean {
  return Object.keys(fields).every((key) => key === ".");
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return isMapping(value) ? value : undefined;
}

/** The value without the fields that are in `ours` and not in `others`. */
function without(value: JsonObject, ours: FieldSet, others: FieldSet): JsonObject {
  const kept: Record<string, Json | undefined> = {};
  for (const [key, inner] of Object.entries(value)) {
    const rest = keep(inner, ours[`f:${key}`], others[`f:${key}`]);
    if (rest !== undefined) kept[key] = rest;
  }
  return kept;
}

function keep(value: Json | undefined, ours: FieldSet | undefined, others: FieldSet | undefined): Json | undefined {
  if (ours === undefined) return value;
  const inner = asObject(value);
  if (isWhole(ours) || inner === undefined) return others === undefined ? undefined : value;
  const rest = without(inner, ours, others ?? {});
  return Object.keys(rest).length === 0 && others === undefined ? undefined : rest;
}

/** The part of the value that is in `fields`. */
function only(value: JsonObject, fields: FieldSet): JsonObject {
  const held: Record<string, Json | undefined> = {};
  for (const [key, inner] of Object.entries(value)) {
    const below = fields[`f:${key}`];
    if (below === undefined) continue;
    const struct = asObject(inner);
    held[key] = isWhole(below) || struct === undefined ? inner : only(struct, below);
  }
  return held;
}
