import type { DefaultContext, Field, Fields, Json, JsonObject } from "../api/field.ts";
import { isMapping } from "../api/field.ts";

/** What the fields of a struct are filled in from, beside what is written in it. */
export type FillContext = Omit<DefaultContext, "siblings" | "above"> & { readonly siblings?: JsonObject };

/** Whether a value counts as not written: stored objects of the reference carry empty texts, nulls and empty lists, and 0 for some numbers. */
export function isUnset(
  value: Json | undefined,
  { zeroIsUnset }: Pick<Field, "zeroIsUnset"> = {},
): value is undefined | null | "" {
  if (value === 0) return zeroIsUnset === true;
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/**
 * The struct as meant: what is written, completed by the defaults of its fields. A field that is written under its old
 * spelling moves to the right one, whose own value wins. Never changes `written`.
 */
export function fill(fields: Fields, written: JsonObject, context: FillContext): JsonObject {
  const inside: DefaultContext = { ...context, siblings: written, above: context.siblings ?? {} };
  const meant: Record<string, Json> = {};
  for (const [key, field] of Object.entries(fields)) {
    const value = fillField(field, writtenValue(key, field, written), inside);
    if (value !== undefined) meant[key] = value;
  }
  return meant;
}

function fillField(field: Field, written: Json | undefined, context: DefaultContext): Json | undefined {
  if (field.fields !== undefined) return fill(field.fields, asObject(written), context);
  const forced = field.forced?.(context) as Json | undefined;
  if (forced !== undefined) return forced;
  if (!isUnset(written, field)) return written;
  return defaultOf(field, context) ?? undefined;
}

function writtenValue(key: string, field: Field, written: JsonObject): Json | undefined {
  const right = written[key];
  if (field.oldSpelling === undefined) return right;
  const old = written[field.oldSpelling];
  if (field.fields !== undefined) return { ...asObject(old), ...asObject(right) };
  return isUnset(right, field) ? old : right;
}

function defaultOf(field: Field, context: DefaultContext): Json | undefined {
  const value = field.default;
  return (typeof value === "function" ? value(context) : value) as Json | undefined;
}

function asObject(value: Json | undefined): JsonObject {
  return isMapping(value) ? value : {};
}

/**
 * The part of `meant` that `written` does not hold: what the operator fills into the stored spec. A field that a person
 * holds under either spelling is left out whole.
 */
export function filledIn(fields: Fields, written: JsonObject, meant: JsonObject): JsonObject {
  const filled: Record<string, Json> = {};
  for (const [key, field] of Object.entries(fields)) {
    if (field.oldSpelling !== undefined && written[field.oldSpelling] !== undefined) continue;
    const value = filledField(field, written[key], meant[key]);
    if (value !== undefined) filled[key] = value;
  }
  return filled;
}

function filledField(field: Field, written: Json | undefined, meant: Json | undefined): Json | undefined {
  if (field.fields === undefined) return written === undefined ? meant : undefined;
  const filled = filledIn(field.fields, asObject(written), asObject(meant));
  return Object.keys(filled).length === 0 ? undefined : filled;
}
