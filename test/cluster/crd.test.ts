import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/cluster/api/field.ts";
import { components } from "../../src/cluster/components/index.ts";
import { clusterDefinition } from "../../src/cluster/crd.ts";

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: unknown;
  readonly [extension: `x-${string}`]: unknown;
}

const definition = clusterDefinition();
const [version] = (definition["spec"] as { readonly versions: readonly JsonObject[] }).versions;
const root = (version?.["schema"] as JsonObject | undefined)?.["openAPIV3Schema"] as Schema;

/** Every schema with its path. */
function everySchema(schema: Schema = root, path = ""): readonly (readonly [string, Schema])[] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(([key, below]) => everySchema(below, `${path}.${key}`));
  const items = schema.items === undefined ? [] : everySchema(schema.items, `${path}[]`);
  return [[path, schema], ...inner, ...items];
}

function fieldsOf(key: string): readonly string[] {
  return Object.keys(root.properties?.["spec"]?.properties?.[key]?.properties ?? {});
}

/** Keys of specs with `options` of which no component has a YAML file to lay them over. */
function withoutFile(): readonly string[] {
  const groups = Object.entries(Object.groupBy(components, ({ specKey }) => specKey));
  const fileless = groups.filter(([, group = []]) => !group.some((component) => "getOptions" in component));
  return fileless.map(([key]) => key).filter((key) => fieldsOf(key).includes("options"));
}

describe("the CustomResourceDefinition", () => {
  it("has room for the whole catalogue of components", () => {
    expect(JSON.stringify(definition).length).toBeLessThan((256 * 1024 * components.length) / 58);
  });

  it("is structural: every value has a type, or is a quantity", () => {
    const untyped = everySchema().filter(
      ([, { type, ...more }]) => (type === undefined) !== (more["x-kubernetes-int-or-string"] === true),
    );
    expect(untyped.map(([path]) => path)).toEqual([]);
  });

  it("owns every list and every free map of the spec whole", () => {
    const parts = everySchema().filter(([path]) => path.startsWith(".spec"));
    const lists = parts.filter(([, { type }]) => type === "array");
    const maps = parts.filter(
      ([path, { type, properties }]) => type === "object" && properties === undefined && !path.endsWith("[]"),
    );
    expect(lists.map(([, schema]) => schema["x-kubernetes-list-type"])).toEqual(lists.map(() => "atomic"));
    expect(maps.map(([, schema]) => schema["x-kubernetes-map-type"])).toEqual(maps.map(() => "atomic"));
    expect(lists.length * maps.length).toBeGreaterThan(100);
  });

  it("knows the spec of every component and the entry of each in the status", () => {
    const [spec, status] = [root.properties?.["spec"], root.properties?.["status"]].map((part) =>
      Object.keys(part?.properties ?? {}),
    );
    expect(spec).toEqual(expect.arrayContaining(components.map(({ specKey }) => specKey)));
    expect(status).toEqual(expect.arrayContaining(components.map(({ statusKey }) => statusKey)));
  });

  it("accepts what the reference misspells beside the right spelling", () => {
    expect(fieldsOf("victoriaMetrics")).toEqual(
      expect.arrayContaining(["retentionPeriodDays", "rententionPeriodDays"]),
    );
    expect(fieldsOf("web")).toEqual(expect.arrayContaining(["overview", "Overview", "docs", "Docs"]));
    expect(fieldsOf("webconsole")).toEqual(expect.arrayContaining(["guacd", "Guacd"]));
  });

  it("leaves deep Kubernetes types open", () => {
    const affinity = everySchema().filter(([path]) => path.endsWith(".affinity"));
    expect(affinity.length).toBeGreaterThan(10);
    for (const [, schema] of affinity) expect(schema["x-kubernetes-preserve-unknown-fields"]).toBe(true);
  });

  it("carries a rule for the host of the database and one for every component without a YAML file", () => {
    const rules = everySchema().flatMap(([path, schema]) => {
      const own = (schema["x-kubernetes-validations"] ?? []) as readonly {
        readonly rule: string;
        readonly message: string;
      }[];
      return own.map(({ message }) => `${path}: ${message}`);
    });
    expect(rules.filter((rule) => rule.startsWith(".spec: "))).toHaveLength(2);
    const named = rules.filter((rule) => rule.includes(".options has no effect")).map((rule) => rule.split(":")[0]);
    expect(named).toEqual(withoutFile().map((key) => `.spec.${key}`));
    expect(named).toEqual(expect.arrayContaining([".spec.victoriaMetrics", ".spec.web", ".spec.climc"]));
  });

  it("shows version, ready, status, message and age in a table", () => {
    const columns = version?.["additionalPrinterColumns"] as readonly { readonly name: string }[];
    expect(columns.map(({ name }) => name)).toEqual(["Version", "Ready", "Status", "Message", "Age"]);
  });
});
