import type { Field, Json, JsonObject } from "../../src/cluster/api/field.ts";
import { specField } from "../../src/cluster/validate.ts";

/** One switch of the spec, as a person would turn it. */
export interface Toggle {
  /** `spec.keystone.disableTLS=true`. */
  readonly name: string;
  /** The spec with this alone in it. */
  readonly spec: JsonObject;
}

/** Every switch of the schema in each of its positions: flags, and choices between a few words. */
export function toggles(): readonly Toggle[] {
  return switchesIn(specField).map(({ path, value }) => ({
    name: `spec.${path.join(".")}=${JSON.stringify(value)}`,
    spec: path.reduceRight<Json>((inner, key) => ({ [key]: inner }), value) as JsonObject,
  }));
}

interface Switch {
  readonly path: readonly string[];
  readonly value: Json;
}

function switchesIn(field: Field): readonly Switch[] {
  if (field.fields === undefined) return positionsOf(field).map((value) => ({ path: [], value }));
  return Object.entries(field.fields).flatMap(([key, below]) =>
    switchesIn(below).map(({ path, value }) => ({ path: [key, ...path], value })),
  );
}

function positionsOf({ schema }: Field): readonly Json[] {
  if (schema["type"] === "boolean") return [true, false];
  return ((schema["enum"] ?? []) as readonly string[]).filter((word) => word !== "");
}
