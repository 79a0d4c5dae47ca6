import * as fc from "fast-check";
import type { Field, Fields, Json, JsonObject, JsonSchema } from "../../src/cluster/api/field.ts";
import { specField } from "../../src/cluster/validate.ts";

type Values = fc.Arbitrary<Json>;

/** Text that a person may write, the empty one of stored objects among it. */
const anyText: Values = fc.oneof(
  { weight: 8, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 6 }) },
);

const keys = fc.stringMatching(/^[a-z][a-zA-Z0-9./-]{0,9}$/);
const quantities: Values = fc.oneof(
  fc.nat(1e12),
  fc.tuple(fc.nat(1e6), fc.constantFrom("", "m", "k", "M", "G", "Ki", "Mi", "Gi")).map((parts) => parts.join("")),
  fc.constantFrom("0.1", "1.5", "2.666667", "1e3", "1E2", "5."),
);

/**
 * Specs of clusters as people write them: any part of the fields of the schema, under either spelling, with any value that
 * the schema allows. Every one of them is accepted.
 */
export function writtenSpec(): fc.Arbitrary<JsonObject> {
  const server = fc.record(
    { host: fc.domain(), port: fc.integer({ min: 1, max: 65535 }) },
    { requiredKeys: ["host"], noNullPrototype: true },
  );
  const needed = fc.record({ mysql: server, dameng: server }, { noNullPrototype: true });
  return fc.tuple(writtenFields(specField.fields ?? {}), needed).map(([spec, servers]) => ({
    ...spec,
    mysql: { ...(spec["mysql"] as JsonObject | undefined), ...servers.mysql },
    dameng: { ...(spec["dameng"] as JsonObject | undefined), ...servers.dameng },
  }));
}

/** Any part of these fields, with any values that the schema allows. */
export function writtenFields(fields: Fields): fc.Arbitrary<JsonObject> {
  const values = Object.entries(fields).map(([key, field]) => [key, valuesOf(withoutRefused(field))] as const);
  return fc.record(Object.fromEntries(values), { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<JsonObject>;
}

/** The field without what a rule always refuses: `options` where there is no YAML file. */
function withoutRefused(field: Field): Field {
  if (field.fields === undefined || (field.rules ?? []).length === 0) return field;
  const { options: _, ...fields } = field.fields;
  return { ...field, fields };
}

/** Values that a field may have as written. */
function valuesOf(field: Field): Values {
  if (field.fields !== undefined) return structOf(field.fields);
  if (field.items !== undefined) return nullable(field.schema, fc.array(valuesOf(field.items), { maxLength: 3 }));
  return field.schema["x-kubernetes-int-or-string"] === true ? quantities : schemaValues(field.deep ?? field.schema);
}

function structOf(fields: Fields): Values {
  const spelled = Object.entries(fields).flatMap(([key, field]): readonly [string, Values][] => {
    const values = valuesOf(field);
    return field.oldSpelling === undefined
      ? [[key, values]]
      : [
          [key, values],
          [field.oldSpelling, values],
        ];
  });
  return fc.record(Object.fromEntries(spelled), { requiredKeys: [], noNullPrototype: true }) as Values;
}

function nullable(schema: JsonSchema, values: Values): Values {
  return schema["nullable"] === true
    ? fc.oneof({ weight: 4, arbitrary: values }, { weight: 1, arbitrary: fc.constant(null) })
    : values;
}

function schemaValues(schema: JsonSchema): Values {
  return nullable(schema, plainValues(schema));
}

function plainValues(schema: JsonSchema): Values {
  const words = schema["enum"] as readonly string[] | undefined;
  if (words !== undefined) return fc.constantFrom(...words);
  const build = byType[String(schema["type"])];
  if (build === undefined) throw new Error(`no values for a schema of type ${String(schema["type"])}`);
  return build(schema);
}

const pools = new Map<string, Values>();

/** Some texts of a pattern: hundreds of fields have one of a few patterns, and to make texts of them anew for each takes long. */
function matching(pattern: string): Values {
  const pool = pools.get(pattern) ?? fc.constantFrom(...fc.sample(fc.stringMatching(new RegExp(pattern)), poolOf));
  pools.set(pattern, pool);
  return pool;
}

const poolOf = { numRuns: 40, seed: 7 };

const byType: Readonly<Record<string, (schema: JsonSchema) => Values>> = {
  boolean: () => fc.boolean(),
  integer: ({ minimum = -3, maximum = 9999 }) => fc.integer({ min: Number(minimum), max: Number(maximum) }),
  string: ({ pattern }) => (typeof pattern === "string" ? matching(pattern) : anyText),
  array: ({ items }) => fc.array(schemaValues(items as JsonSchema), { maxLength: 2 }),
  object: objectValues,
};

function objectValues(schema: JsonSchema): Values {
  const properties = schema["properties"] as Readonly<Record<string, JsonSchema>> | undefined;
  if (properties !== undefined) {
    const values = Object.entries(properties).map(([key, below]) => [key, schemaValues(below)]);
    const requiredKeys = (schema["required"] ?? []) as string[];
    return fc.record(Object.fromEntries(values) as Record<string, Values>, {
      requiredKeys,
      noNullPrototype: true,
    }) as Values;
  }
  const inner = schema["additionalProperties"] as JsonSchema | undefined;
  const value = inner === undefined ? (fc.jsonValue({ maxDepth: 2 }) as Values) : schemaValues(inner);
  return fc.dictionary(keys, value, { maxKeys: 3, noNullPrototype: true }) as Values;
}
