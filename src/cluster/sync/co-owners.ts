import type { KubeObject, ManagedFieldsEntry } from "../../kube/object.ts";
import type { FieldSet } from "../api/field-set.ts";
import { holds, union, withField, withoutField } from "../api/field-set.ts";
import { fieldManagers } from "../api/names.ts";
import type { Finding } from "./compare.ts";

/**
 * The object, read with its managed fields, as if nobody but the operator had set what is surplus, nor anything that the
 * reference set: the next apply then removes what it does not name, together with all else that it changes.
 */
export function heldAlone(live: KubeObject, found: readonly Finding[]): KubeObject {
  const entries = live.metadata.managedFields ?? [];
  const ways = found.filter(({ surplus }) => surplus).map(({ steps }) => steps);
  const former = entries.filter(isOfReference);
  const others = entries
    .filter((entry) => !isOurs(entry) && !isOfReference(entry))
    .flatMap((entry) => without(entry, ways));
  const ours = [...entries.filter(isOurs), ...former].map(fieldsOf).reduce(union, {});
  const own: ManagedFieldsEntry = {
    manager: fieldManagers.objects,
    operation: "Apply",
    apiVersion: live.apiVersion,
    fieldsType: "FieldsV1",
    fieldsV1: ways.reduce(withField, ours),
  };
  return { ...live, metadata: { ...live.metadata, managedFields: [own, ...others] } };
}

/** The object without what is surplus. */
export function withoutSurplus(live: KubeObject, found: readonly Finding[]): KubeObject {
  const surplus = found.filter((one) => one.surplus);
  return surplus.reduce<unknown>((object, { steps }) => pruned(object, steps), live) as KubeObject;
}

function pruned(value: unknown, [step = "", ...way]: readonly string[]): unknown {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown) =>
      isAt(item, step) ? (way.length === 0 ? [] : [pruned(item, way)]) : [item],
    );
  }
  // It may have gone meanwhile.
  if (typeof value !== "object" || value === null) return value;
  const name = step.slice(2);
  const { [name]: inner, ...rest } = value as Readonly<Record<string, unknown>>;
  return way.length === 0 ? rest : { ...rest, [name]: pruned(inner, way) };
}

/** Whether an item of a list has the key that the step names. */
function isAt(item: unknown, step: string): boolean {
  const key = JSON.parse(step.slice(2)) as Readonly<Record<string, unknown>>;
  const fields = item as Readonly<Record<string, unknown>>;
  return Object.entries(key).every(([name, value]) => (fields[name] ?? "TCP") === value);
}

/** The manager that holds what was found, as far as one can tell. */
export function holderOf(live: KubeObject, found: readonly Finding[]): string | undefined {
  const others = (live.metadata.managedFields ?? []).filter((entry) => !isOurs(entry));
  return others.find((entry) => found.some(({ steps }) => holds(fieldsOf(entry), steps)))?.manager;
}

function fieldsOf({ fieldsV1 }: ManagedFieldsEntry): FieldSet {
  return (fieldsV1 ?? {}) as FieldSet;
}

function isOurs({ manager, operation }: ManagedFieldsEntry): boolean {
  return manager === fieldManagers.objects && operation === "Apply";
}

/** The reference wrote under our name, but never by apply; what Kubernetes itself reports of an object is nobody's wish. */
function isOfReference({ manager, operation, subresource }: ManagedFieldsEntry): boolean {
  return manager === fieldManagers.objects && operation === "Update" && subresource === undefined;
}

function without(entry: ManagedFieldsEntry, ways: readonly (readonly string[])[]): readonly ManagedFieldsEntry[] {
  const fieldsV1 = ways.reduce(withoutField, fieldsOf(entry));
  return Object.keys(fieldsV1).length === 0 ? [] : [{ ...entry, fieldsV1 }];
}
