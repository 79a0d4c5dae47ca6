/** A set of fields as `fieldsV1` writes it: keys such as `f:<name>` and `k:{…}`, `{}` or a member `.` for a field that is held itself. */
export interface FieldSet {
  readonly [key: string]: FieldSet | undefined;
}

/** The way to a field, a key of each set that it leads through. */
export type Steps = readonly string[];

/** The fields of both sets. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...keys].map((key) => [key, union(a[key] ?? {}, b[key] ?? {})]));
}

/** Whether the set holds the field at the end of the way, or something in it. */
export function holds(set: FieldSet, [step, ...way]: Steps): boolean {
  if (step === undefined) return true;
  const inner = set[step];
  return inner !== undefined && holds(inner, way);
}

/** The set without the field at the end of the way, and without everything in it. */
export function withoutField(set: FieldSet, [step, ...way]: Steps): FieldSet {
  const { [step ?? ""]: inner, ...rest } = set;
  if (step === undefined || inner === undefined) return set;
  const left = way.length === 0 ? {} : withoutField(inner, way);
  return Object.keys(left).length === 0 ? rest : { ...rest, [step]: left };
}
