import type { Field, Fields, JsonSchema, Rule } from "./field.ts";

/**
 * What a schema is for: `crd` leaves deep Kubernetes types open and carries CEL rules, `full` looks into them and
 * carries no Kubernetes extensions, as a JSON schema validator wants it.
 */
export type SchemaPurpose = "crd" | "full";

/** The JSON schema of a field with everything below it. */
export function schemaOf(field: Field, purpose: SchemaPurpose): JsonSchema {
  const described = purpose === "crd" && field.description !== "" ? { description: field.description } : {};
  return { ...described, ...ownSchema(field, purpose), ...contents(field, purpose) };
}

function ownSchema(field: Field, purpose: SchemaPurpose): JsonSchema {
  if (purpose === "crd") return field.schema;
  if (field.deep !== undefined) return field.deep;
  return Object.fromEntries(Object.entries(field.schema).filter(([keyword]) => !keyword.startsWith("x-kubernetes-")));
}

function contents(field: Field, purpose: SchemaPurpose): JsonSchema {
  if (field.items !== undefined) return { items: schemaOf(field.items, purpose) };
  if (field.fields === undefined) return {};
  const properties = { properties: propertiesOf(field.fields, purpose) };
  if (purpose === "full" || field.rules === undefined) return properties;
  return { ...properties, "x-kubernetes-validations": field.rules.map(validation) };
}

function propertiesOf(fields: Fields, purpose: SchemaPurpose): JsonSchema {
  const properties = Object.entries(fields).flatMap(([key, field]) => {
    const schema = schemaOf(field, purpose);
    if (field.oldSpelling === undefined) return [[key, schema]];
    const old = purpose === "crd" ? { ...schema, description: `Old spelling of ${key}.` } : schema;
    return [
      [key, schema],
      [field.oldSpelling, old],
    ];
  });
  return Object.fromEntries(properties) as JsonSchema;
}

function validation(rule: Rule): JsonSchema {
  return { rule: rule.cel, message: rule.message };
}
