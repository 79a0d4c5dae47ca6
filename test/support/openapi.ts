import { readFileSync } from "node:fs";
import type { Definition, ReducedSchema } from "../../hack/openapi/reduce.ts";
import { parseQuantity } from "../../src/cluster/api/quantity.ts";
import type { KubeObject } from "../../src/kube/object.ts";

/** What one version of Kubernetes knows. */
export interface KubernetesApi {
  /** Minor version, `1.34`. */
  readonly version: string;
  /** What is wrong with an object there: fields that the API server does not know or calls deprecated, missing ones, and wrong types. */
  readonly check: (object: KubeObject) => readonly string[];
}

const file = new URL("../openapi/kubernetes.jsonl", import.meta.url);

/** The versions of Kubernetes that the project is tested for. */
export function kubernetesApis(): readonly KubernetesApi[] {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const definitions = lines.map((line) => JSON.parse(line) as Definition);
  const versions = [...new Set(definitions.flatMap((definition) => definition.versions))].toSorted();
  return versions.map((version) => apiOf(version, definitions));
}

interface Known {
  readonly byName: ReadonlyMap<string, ReducedSchema>;
}

function apiOf(version: string, all: readonly Definition[]): KubernetesApi {
  const there = all.filter(({ versions }) => versions.includes(version));
  const byName = new Map(there.map(({ name, schema }) => [name, schema]));
  const byKind = new Map(there.flatMap(({ kind, schema }) => (kind === undefined ? [] : [[kind, schema] as const])));
  return {
    version,
    check: (object) => {
      const kind = `${object.apiVersion} ${object.kind}`;
      const schema = byKind.get(kind);
      if (schema === undefined) return [`Kubernetes ${version} has no ${kind}`];
      return mistakesIn(object, schema, { byName, path: "" }).map((text) => `${kind}${text}`);
    },
  };
}

interface Place extends Known {
  readonly path: string;
}

function mistakesIn(value: unknown, schema: ReducedSchema, place: Place): readonly string[] {
  if (schema.deprecated === true) return [`${place.path} is deprecated`];
  if (schema.ref !== undefined) return mistakesOfNamed(value, schema.ref, place);
  if (Array.isArray(value)) return inList(value, schema, place);
  if (typeof value === "object" && value !== null) return inMapping(value, schema, place);
  return isOfType(value, schema) ? [] : [`${place.path} is ${JSON.stringify(value)}, which is no ${schema.type}`];
}

const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";

function mistakesOfNamed(value: unknown, name: string, place: Place): readonly string[] {
  if (name === quantity) {
    const isOne = (typeof value === "string" || typeof value === "number") && parseQuantity(value) !== undefined;
    return isOne ? [] : [`${place.path} is no quantity`];
  }
  const schema = place.byName.get(name);
  return schema === undefined
    ? [`${place.path} is a ${name}, which is not written down`]
    : mistakesIn(value, schema, place);
}

function inList(values: readonly unknown[], { items, type }: ReducedSchema, place: Place): readonly string[] {
  if (items === undefined) return type === undefined ? [] : [`${place.path} is a list and shall be ${type}`];
  return values.flatMap((value, index) => mistakesIn(value, items, { ...place, path: `${place.path}[${index}]` }));
}

function inMapping(mapping: object, schema: ReducedSchema, place: Place): readonly string[] {
  const { properties, values, type, required = [] } = schema;
  if (type !== undefined && type !== "object") return [`${place.path} is a mapping and shall be ${type}`];
  const given = Object.entries(mapping as Readonly<Record<string, unknown>>).filter(([, value]) => value !== undefined);
  const missing = required.filter((key) => !given.some(([name]) => name === key));
  const inside = given.flatMap(([key, value]) => {
    const below = { ...place, path: `${place.path}.${key}` };
    const known = properties?.[key] ?? values;
    if (known !== undefined) return mistakesIn(value, known, below);
    return properties === undefined ? [] : [`${below.path} is not known`];
  });
  return [...missing.map((key) => `${place.path}.${key} is missing`), ...inside];
}

function isOfType(value: unknown, { type, format }: ReducedSchema): boolean {
  if (type === undefined) return true;
  if (format === "int-or-string") return typeof value === "string" || Number.isInteger(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}
