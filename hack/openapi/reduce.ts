/** A schema of Kubernetes' OpenAPI document, in the few words that it uses. */
export interface ApiSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, ApiSchema>>;
  readonly additionalProperties?: ApiSchema;
  readonly items?: ApiSchema;
  readonly description?: string;
  /** Of a definition that is a kind by itself: its group, version and kind. */
  readonly "x-kubernetes-group-version-kind"?: readonly GroupVersionKind[];
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The definitions of one version of Kubernetes, by name. */
export type Definitions = Readonly<Record<string, ApiSchema>>;

/** A schema without its prose: what is left of that is whether Kubernetes calls it deprecated. */
export interface ReducedSchema {
  readonly ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, ReducedSchema>>;
  readonly values?: ReducedSchema;
  readonly items?: ReducedSchema;
  readonly deprecated?: true;
}

/** One definition as it is in some versions of Kubernetes. */
export interface Definition {
  readonly name: string;
  /** Minor versions, `1.34`. */
  readonly versions: readonly string[];
  /** The kind that it is, `apps/v1 Deployment`; a part of kinds when left out. */
  readonly kind?: string;
  readonly schema: ReducedSchema;
}

const saysDeprecated = /\bdeprecated[.:]|deprecated alias|field is deprecated|considered as deprecated/i;

function nameIn(ref: string): string {
  return ref.replace("#/definitions/", "");
}

function reduced(schema: ApiSchema): ReducedSchema {
  const { $ref, type, format, required, properties, additionalProperties, items, description = "" } = schema;
  return {
    ...($ref !== undefined && { ref: nameIn($ref) }),
    ...(type !== undefined && { type }),
    ...(format !== undefined && { format }),
    ...(required !== undefined && { required }),
    ...(properties !== undefined && { properties: mapValues(properties, reduced) }),
    ...(additionalProperties !== undefined && { values: reduced(additionalProperties) }),
    ...(items !== undefined && { items: reduced(items) }),
    ...(saysDeprecated.test(description) && { deprecated: true }),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function kindOf({ "x-kubernetes-group-version-kind": kinds = [] }: ApiSchema): string | undefined {
  const [only, another] = kinds;
  // What belongs to every group, such as DeleteOptions, is no kind of its own.
  if (only === undefined || another !== undefined) return undefined;
  return `${only.group === "" ? "" : `${only.group}/`}${only.version} ${only.kind}`;
}

function refsIn(schema: ApiSchema): readonly string[] {
  const below = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
  const own = schema.$ref === undefined ? [] : [nameIn(schema.$ref)];
  return [...own, ...below.flatMap((one) => (one === undefined ? [] : refsIn(one)))];
}

/** The names of the definitions of these kinds, and of all that they are made of. */
function neededBy(kinds: readonly string[], definitions: Definitions): readonly string[] {
  const found = Object.keys(definitions).filter((name) => kinds.includes(kindOf(definitions[name] ?? {}) ?? ""));
  const needed = new Set<string>(found);
  // A set that grows while it is walked through: parts of parts follow.
  for (const name of needed) for (const ref of refsIn(definitions[name] ?? {})) needed.add(ref);
  return [...needed].toSorted();
}

/**
 * What several versions of Kubernetes say about these kinds: each definition once for all versions in which it is the same, in the
 * order of their names.
 */
export function reduce(versions: ReadonlyMap<string, Definitions>, kinds: readonly string[]): readonly Definition[] {
  const merged = new Map<string, Definition>();
  for (const [version, definitions] of versions) {
    for (const name of neededBy(kinds, definitions)) {
      const whole = definitions[name] ?? {};
      const kind = kindOf(whole);
      const schema = reduced(whole);
      const key = `${name} ${JSON.stringify(schema)}`;
      const before = merged.get(key)?.versions ?? [];
      merged.set(key, { name, versions: [...before, version], ...(kind !== undefined && { kind }), schema });
    }
  }
  return [...merged.values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name === b.name ? 0 : 1));
}
