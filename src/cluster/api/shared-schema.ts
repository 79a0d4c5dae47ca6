import type { JsonSchema } from "./field.ts";

/** Texts shorter than this are repeated: a reference would not be shorter. */
const worthSharing = 60;

/**
 * The same schema with every part that occurs more than once written once, under `$defs`. A validator compiles each
 * definition once, so that the time no longer grows with the number of components.
 */
export function withSharedParts(schema: JsonSchema): JsonSchema {
  const names = new Map<string, string>();
  const definitions: Record<string, JsonSchema> = {};

  return { ...(inside(schema) as JsonSchema), $defs: definitions };

  function shared(part: unknown): unknown {
    const text = JSON.stringify(part);
    if (text.length < worthSharing) return part;
    const known = names.get(text);
    const name = known ?? `d${names.size}`;
    names.set(text, name);
    if (known === undefined) definitions[name] = inside(part) as JsonSchema;
    return { $ref: `#/$defs/${name}` };
  }

  function inside(part: unknown): unknown {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([keyword, value]) => [keyword, valueOf(keyword, value)]));
  }

  function valueOf(keyword: string, value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (keyword === "items" || keyword === "additionalProperties") return shared(value);
    if (keyword !== "properties") return value;
    return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, shared(property)]));
  }
}
