import type { ErrorObject, Options, ValidateFunction } from "ajv";
import { Ajv } from "ajv";
import type { Field, Fields, Json, JsonObject } from "./api/field.ts";
import { isMapping, struct } from "./api/field.ts";
import { amountPattern } from "./api/quantity.ts";
import { platformFields, platformRules } from "./api/platform.ts";
import { schemaOf } from "./api/schema.ts";
import { withSharedParts } from "./api/shared-schema.ts";
import { components } from "./components/index.ts";
import { specsOf } from "./components/component.ts";

/** Something in a spec that a person must change. */
export interface Problem {
  /** Path of the field, `spec.keystone.replicas`. */
  readonly field: string;
  /** A sentence that says what is wrong and the remedy. */
  readonly message: string;
}

/** The spec of a OnecloudCluster: what concerns the platform, and one struct per component. */
export const specField: Field<unknown, true> = struct<Fields>(
  "What the platform shall be.",
  { ...platformFields, ...specsOf(components) },
  platformRules,
);

let compiled: ValidateFunction | undefined;

/** To make shorter code takes longer than that code would ever save. */
const settings: Options = {
  allErrors: true,
  strict: false,
  validateSchema: false,
  inlineRefs: false,
  code: { optimize: false },
};

/** Compiled on first use: it costs some 70 ms, ten times that if repeated parts were not shared. */
function validator(): ValidateFunction {
  compiled ??= new Ajv(settings).compile(withSharedParts(schemaOf(specField, "full")));
  return compiled;
}

/** What is wrong with a spec as written, by the same schema and rules that the API server has, and deeper where that stays open. */
export function validateSpec(spec: JsonObject): readonly Problem[] {
  const check = validator();
  const mistakes = check(spec) ? [] : (check.errors ?? []).filter(({ keyword }) => keyword !== "if").map(problemOf);
  return [...mistakes, ...brokenRules(specField, spec, "spec")];
}

function brokenRules(field: Field, value: unknown, path: string): readonly Problem[] {
  if (typeof value !== "object" || value === null || field.fields === undefined) return [];
  const held = value as JsonObject;
  const own = (field.rules ?? []).filter((rule) => !rule.holds(held)).map(({ message }) => beginningWithField(message));
  const inner = Object.entries(field.fields).flatMap(([key, below]) => brokenRules(below, held[key], `${path}.${key}`));
  return [...own, ...inner];
}

/** Rules say their sentence whole, for the API server names only the struct that a rule stands on. */
function beginningWithField(text: string): Problem {
  const [field = "spec", ...rest] = text.split(" ");
  return { field, message: rest.join(" ") };
}

function problemOf(error: ErrorObject): Problem {
  const keys = error.instancePath.split("/").slice(1);
  const remedy = error.keyword === "pattern" ? fieldAt(keys)?.deep?.["remedy"] : undefined;
  const message = typeof remedy === "string" ? misformed(remedy) : sentence(error);
  return { field: keys.reduce(pathTo, "spec"), message };
}

function misformed(remedy: string): string {
  return `has a form that cannot be used: ${remedy}`;
}

/** The field that a path of keys leads to, under either spelling. */
function fieldAt(keys: readonly string[]): Field | undefined {
  return keys.reduce<Field | undefined>((field, key) => {
    const { items, fields = {} } = field ?? {};
    return items ?? fields[key] ?? Object.values(fields).find(({ oldSpelling }) => oldSpelling === key);
  }, specField);
}

/** The path one step further; the step is a part of a JSON pointer. */
function pathTo(path: string, step: string): string {
  const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
  return /^\d+$/.test(key) ? `${path}[${key}]` : `${path}.${key}`;
}

function sentence(error: ErrorObject): string {
  const params = error.params as Readonly<Record<string, unknown>>;
  if (error.keyword === "enum") return `must be one of ${(params["allowedValues"] as readonly unknown[]).join(", ")}`;
  if (error.keyword === "additionalProperties")
    return `has no field ${String(params["additionalProperty"])}: take it out`;
  if (params["pattern"] === amountPattern) return "must be a quantity of at least zero, such as 500m or 20Gi";
  if (error.keyword === "pattern") return misformed(`it must match ${String(params["pattern"])}`);
  if (error.keyword === "type") return `must be ${[params["type"]].flat().map(typeInWords).join(" or ")}`;
  if (error.keyword === "minimum") return `must be at least ${String(params["limit"])}`;
  if (error.keyword === "maximum") return `must be at most ${String(params["limit"])}`;
  return error.message ?? "is not valid";
}

const types: Readonly<Record<string, string>> = {
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  object: "a mapping",
  array: "a list",
};

function typeInWords(type: unknown): string {
  return types[String(type)] ?? String(type);
}

/** The paths of all fields that the schema does not know; the API server drops them with a warning. */
export function unknownFields(spec: JsonObject, field: Field = specField, path = "spec"): readonly string[] {
  if (field.fields === undefined) return [];
  const known = new Map(
    Object.entries(field.fields).flatMap(([key, below]) => [[key, below] as const, ...spellings(below)]),
  );
  return Object.entries(spec).flatMap(([key, value]) => {
    const below = known.get(key);
    return below === undefined ? [`${path}.${key}`] : unknownIn(value, below, `${path}.${key}`);
  });
}

function unknownIn(value: JsonObject[string], field: Field, path: string): readonly string[] {
  const { items } = field;
  if (Array.isArray(value) && items !== undefined)
    return value.flatMap((item: Json, index) => unknownIn(item, items, `${path}[${index}]`));
  return isMapping(value) ? unknownFields(value, field, path) : [];
}

/** The fields that are written and change nothing, each with a sentence that says why. */
export function ignoredFields(spec: JsonObject, field: Field = specField, path = "spec"): readonly Problem[] {
  const known = Object.entries(field.fields ?? {}).flatMap(([key, below]) => [
    [key, below] as const,
    ...spellings(below),
  ]);
  return known.flatMap(([key, below]) => ignoredIn(spec[key], below, `${path}.${key}`));
}

function ignoredIn(value: Json | undefined, field: Field, path: string): readonly Problem[] {
  if (value === undefined || isEmpty(value)) return [];
  if (field.ignored !== undefined) return [{ field: path, message: `has no effect: ${field.ignored}` }];
  return isMapping(value) ? ignoredFields(value, field, path) : [];
}

/** Whether a value asks for nothing. */
function isEmpty(value: Json): boolean {
  if (isMapping(value)) return Object.values(value).every((inner) => inner === undefined || isEmpty(inner));
  return !value || (Array.isArray(value) && value.length === 0);
}

function spellings(field: Field): readonly (readonly [string, Field])[] {
  return field.oldSpelling === undefined ? [] : [[field.oldSpelling, field]];
}
