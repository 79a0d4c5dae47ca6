import type { Field } from "../src/cluster/api/field.ts";
import type { Component } from "../src/cluster/components/component.ts";
import { components } from "../src/cluster/components/index.ts";
import { specField } from "../src/cluster/validate.ts";

/** The page that lists every field of the spec, for people. */
export function apiReference(): string {
  const fields = specField.fields ?? {};
  const componentKeys = new Set(components.map(({ specKey }) => specKey));
  const platform = Object.entries(fields).filter(([key]) => !componentKeys.has(key));
  const sections = [...componentKeys].map((key) => section(key, fields[key]));
  return [
    "# OnecloudCluster",
    "",
    "Generated from `src/cluster` by `make generate`. Defaults are filled into the stored spec; see [the user guide](../guide.md).",
    "",
    "## spec",
    "",
    ...table(Object.fromEntries(platform)),
    ...sections,
    "",
  ].join("\n");
}

function section(key: string, field: Field | undefined): string {
  const of = components.filter(({ specKey }) => specKey === key).map(summary);
  return ["", `## spec.${key}`, "", `Component ${of.join(", ")}.`, "", ...table(field?.fields ?? {})].join("\n");
}

function summary({ type, after, products }: Component): string {
  const follows = after.length === 0 ? "" : `, started after ${after.join(" and ")}`;
  return `\`${type}\`${follows} (products ${products.join(", ")})`;
}

function table(fields: Readonly<Record<string, Field>>): readonly string[] {
  const rows = Object.entries(fields).flatMap(([key, field]) => rowsOf(key, field));
  return ["| field | type | default | meaning |", "| --- | --- | --- | --- |", ...rows];
}

function rowsOf(path: string, field: Field): readonly string[] {
  const old = field.oldSpelling === undefined ? "" : ` Also accepted as \`${field.oldSpelling}\`.`;
  const inner = Object.entries(field.fields ?? {}).flatMap(([key, below]) => rowsOf(`${path}.${key}`, below));
  return [`| \`${path}\` | ${typeOf(field)} | ${defaultOf(field)} | ${field.description}${old} |`, ...inner];
}

function typeOf({ schema, items }: Field): string {
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (Array.isArray(schema["enum"])) return (schema["enum"] as string[]).filter(Boolean).join(", ");
  return schema["x-kubernetes-int-or-string"] === true ? "quantity" : String(schema["type"]);
}

function defaultOf({ default: value }: Field): string {
  if (value === undefined) return "";
  return typeof value === "function" ? "worked out" : `\`${JSON.stringify(value)}\``;
}
