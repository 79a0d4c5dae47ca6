import type { ImageRule } from "./image.ts";
import { amountPattern } from "./quantity.ts";

/** Plain JSON, as it stands in an object of the API server. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Whether a value has keys: lists have none. */
export function isMapping(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON schema in the subset that a CustomResourceDefinition may carry. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a default may depend on: the cluster around it and the fields beside it. */
export interface DefaultContext {
  /** The platform-wide part of the spec, already filled in. */
  readonly platform: JsonObject;
  /** Name of the cluster. */
  readonly name: string;
  /** Edition of the cluster, `ce`, `ce/support` or `ee`. */
  readonly edition: string;
  /** Where option files are kept unless the spec says so; decided by what is there already. */
  readonly storage: "Secret" | "ConfigMap";
  /** The struct that the field stands in, as written. */
  readonly siblings: JsonObject;
  /** The struct around that one, as written. */
  readonly above: JsonObject;
}

/** A constant, or a value worked out from the cluster; `undefined` means that there is nothing to fill in. */
export type Default<T> = T | ((context: DefaultContext) => T | undefined);

/** A rule that a value must keep, in the words of the API server (CEL) and of this program, with one message for both. */
export interface Rule {
  /** CEL expression over `self`. */
  readonly cel: string;
  /** A sentence that names the field and the remedy. */
  readonly message: string;
  /** The same question asked of a value as written. */
  readonly holds: (value: JsonObject) => boolean;
}

/**
 * One field of the spec, the single source of its TypeScript type, its schema, its default and its documentation.
 * `T` is the value as meant; `Filled` tells whether a default makes sure that it is there.
 */
export interface Field<T = unknown, Filled extends boolean = boolean> {
  /** Schema without description, as the CRD carries it. */
  readonly schema: JsonSchema;
  /** One sentence for a person. */
  readonly description: string;
  readonly default?: Default<T>;
  /** A value that holds whatever is written; `undefined` where what is written counts. */
  readonly forced?: (context: DefaultContext) => T | undefined;
  /** Fields of a struct. */
  readonly fields?: Fields;
  /** What a list holds. */
  readonly items?: Field;
  /** Rules over a struct. */
  readonly rules?: readonly Rule[];
  /**
   * A fuller schema, for values whose depth the CRD leaves open; checked by the operator and the command line. `remedy`
   * in it is what a person is told whose text does not match its pattern.
   */
  readonly deep?: JsonSchema;
  /** The name under which the reference knows the field, accepted beside the right one. */
  readonly oldSpelling?: string;
  /** Whether 0 counts as not written. */
  readonly zeroIsUnset?: boolean;
  /** The rule by which the image of a container is named. */
  readonly image?: ImageRule;
  /** Whether the value is a credential: masked wherever it would be shown. */
  readonly secret?: boolean;
  /** Why the value changes nothing, where specs carry it and no object depends on it: what is told to a person who writes it. */
  readonly ignored?: string;
  /** Only for the type checker: it keeps `Filled` in the type. */
  readonly filled?: Filled;
}

export type Fields = Readonly<Record<string, Field>>;

/** What a field holds as meant. */
export type SpecOf<F> = F extends Field<infer T> ? T : never;
type FilledKeys<F extends Fields> = { [K in keyof F]: F[K] extends Field<unknown, true> ? K : never }[keyof F];

/** The struct that `fields` describe, once defaults are filled in. */
export type Meant<F extends Fields> = {
  readonly [K in FilledKeys<F>]: SpecOf<F[K]>;
} & {
  readonly [K in Exclude<keyof F, FilledKeys<F>>]?: SpecOf<F[K]>;
};

/** The same field with a default: a person finds it in the spec, and the type says that it is there. */
export function defaulted<T>(field: Field<T, false>, value: Default<T>): Field<T, true> {
  const { filled: _, ...rest } = field;
  return { ...rest, default: value };
}

/** The same field, with a value that what is written cannot change where the function gives one. */
export function forced<T, F extends boolean>(
  field: Field<T, F>,
  value: (context: DefaultContext) => T | undefined,
): Field<T, F> {
  return { ...field, forced: value };
}

/** The same field, also accepted under the name that the reference gave it. */
export function alsoSpelled<T, F extends boolean>(oldSpelling: string, field: Field<T, F>): Field<T, F> {
  return { ...field, oldSpelling };
}

/** The same field, accepted and without effect; `why` ends the sentence "No effect: ". */
export function ignored<T, F extends boolean>(field: Field<T, F>, why = "kept for specs that carry it"): Field<T, F> {
  return { ...field, description: `No effect: ${why}.`, ignored: why };
}

/** The same struct, in which some fields are ignored, each with why. */
export function ignoring<T, F extends boolean>(
  field: Field<T, F>,
  reasons: { readonly [K in keyof T]?: string },
): Field<T, F> {
  return { ...field, fields: ignoringFields(field.fields ?? {}, reasons) };
}

/** The same fields, some of them ignored. */
export function ignoringFields<F extends Fields>(fields: F, reasons: { readonly [K in keyof F]?: string }): F {
  const why: Readonly<Record<string, string | undefined>> = reasons;
  const all = Object.entries(fields).map(([key, field]) => [
    key,
    why[key] === undefined ? field : ignored(field, why[key]),
  ]);
  return Object.fromEntries(all) as F;
}

/** A line of text. */
export function text(description: string, more: JsonSchema = {}): Field<string, false> {
  return { schema: { type: "string", ...more }, description };
}

/** A line of text of which the form matters; `remedy` says how to write it. */
export function formedText(
  description: string,
  { pattern, remedy }: { readonly pattern: string; readonly remedy: string },
): Field<string, false> {
  const schema = { type: "string", pattern };
  return { schema, description, deep: { ...schema, remedy } };
}

/** A credential: text that no output may show. */
export function secretText(description: string): Field<string, false> {
  return { schema: { type: "string" }, description, secret: true };
}

/** One of a few words; the empty string of stored objects counts as unset where `orEmpty` says so. */
export function choice<const T extends string>(
  description: string,
  values: readonly T[],
  orEmpty = false,
): Field<T, false> {
  return { schema: { type: "string", enum: orEmpty ? [...values, ""] : values }, description };
}

/** Yes or no. */
export function flag(description: string): Field<boolean, false> {
  return { schema: { type: "boolean" }, description };
}

/** The same field, where stored objects may carry null for "unset". */
export function nullable<T>(field: Field<T, false>): Field<T, false> {
  return { ...field, schema: { ...field.schema, nullable: true } };
}

/** A whole number. */
export function integer(description: string, more: JsonSchema = {}): Field<number, false> {
  return { schema: { type: "integer", ...more }, description };
}

/** A TCP port, 1 to 65535; 0 counts as not written. */
export function port(description: string): Field<number, false> {
  return { ...integer(description, { minimum: 0, maximum: 65535 }), zeroIsUnset: true };
}

/** A Kubernetes quantity of at least zero, written as text or number. */
export function quantity(description: string): Field<string | number, false> {
  return {
    schema: { "x-kubernetes-int-or-string": true },
    description,
    deep: { type: ["string", "integer"], pattern: amountPattern, minimum: 0 },
  };
}

/** A list that is owned whole. */
export function list<T>(description: string, items: Field<T>): Field<readonly T[], false> {
  return {
    schema: { type: "array", nullable: true, "x-kubernetes-list-type": "atomic" },
    description,
    items,
  };
}

/** A map of text that is owned whole. */
export function textMap(description: string): Field<Readonly<Record<string, string>>, false> {
  return {
    schema: {
      type: "object",
      nullable: true,
      additionalProperties: { type: "string" },
      "x-kubernetes-map-type": "atomic",
    },
    description,
  };
}

/** A value of any shape that the CRD leaves open and the operator checks against `deep`; owned whole. */
export function open<T>(description: string, deep: JsonSchema): Field<T, false> {
  const schema = { type: "object", nullable: true, "x-kubernetes-preserve-unknown-fields": true };
  return { schema: { ...schema, "x-kubernetes-map-type": "atomic" }, description, deep };
}

/** An item of a list that the CRD leaves open and the operator checks against `deep`. */
export function openItem<T>(description: string, deep: JsonSchema): Field<T, false> {
  return { schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true }, description, deep };
}

/** A struct of fields; always there as meant, because it may hold defaults. */
export function struct<F extends Fields>(
  description: string,
  fields: F,
  rules?: readonly Rule[],
): Field<Meant<F>, true> {
  return { schema: { type: "object" }, description, fields, ...(rules === undefined ? {} : { rules }) };
}
