import type { KubeObject, ManagedFieldsEntry } from "../../kube/object.ts";
import type { FieldSet, Steps } from "../api/field-set.ts";
import { holds, union, withoutField } from "../api/field-set.ts";
import { fieldManagers } from "../api/names.ts";
import type { Finding } from "./compare.ts";
import { merged, valueAt, without } from "./merge.ts";

/**
 * What to save in place of an object, read with its managed fields, where no apply would make it what is wanted, because
 * something has to go that others hold, or that the operator holds otherwise than by apply: the reference wrote under the
 * same name, and so does every save. `undefined` where an apply does.
 */
export function replacementOf(wanted: KubeObject, live: KubeObject, found: readonly Finding[]): KubeObject | undefined {
  const entries = live.metadata.managedFields ?? [];
  const others = entries.filter((entry) => !isOurs(entry));
  const [ours, theirs] = [heldBy(entries.filter(isOurs)), heldBy(others)];
  const surplus = found.filter((finding) => finding.surplus).map(({ steps }) => steps);
  if (surplus.length === 0 && unnamed(heldBy(entries.filter(isSaved)), wanted, theirs).length === 0) return undefined;
  const left = without(live, [...surplus, ...unnamed(ours, wanted, theirs)]);
  const { metadata, ...object } = merged(wanted, left, union(ours, theirs));
  // What this write changes the API server enters as saved; all else a later apply can drop.
  const own = applied(unnamed(ours, wanted).reduce<FieldSet>(withoutField, ours), live);
  return { ...object, metadata: { ...metadata, managedFields: [...own, ...others] } };
}

/** What the API server counts itself, and enters for whoever made the DaemonSet. */
const counted = "f:deprecated.daemonset.template.generation";

/**
 * The ways to what a set holds of an object and the wish does not name, but for what others hold too. What is held as a whole
 * goes as a whole, with what the API server filled in.
 */
function unnamed(held: FieldSet, wish: unknown, theirs: FieldSet = {}): readonly Steps[] {
  return Object.entries(held).flatMap(([step, inner = {}]) => {
    if (step === "." || step === counted) return [];
    const value = valueAt(wish, step);
    const isWhole = Object.keys(inner).length === 0 || inner["."] !== undefined;
    if (isWhole && value === undefined && theirs[step] === undefined) return [[step]];
    return unnamed(inner, value ?? keyIn(step), theirs[step]).map((way) => [step, ...way]);
  });
}

/** The key of an item that stays because others hold some of it. */
function keyIn(step: string): unknown {
  return step.startsWith("k:") ? JSON.parse(step.slice(2)) : undefined;
}

function applied(fieldsV1: FieldSet, { apiVersion }: KubeObject): readonly ManagedFieldsEntry[] {
  if (Object.keys(fieldsV1).length === 0) return [];
  return [{ manager: fieldManagers.objects, operation: "Apply", apiVersion, fieldsType: "FieldsV1", fieldsV1 }];
}

/** The manager that holds what was found, as far as one can tell. */
export function holderOf(live: KubeObject, found: readonly Finding[]): string | undefined {
  const others = (live.metadata.managedFields ?? []).filter((entry) => !isOurs(entry));
  return others.find((entry) => found.some(({ steps }) => holds(fieldsOf(entry), steps)))?.manager;
}

function heldBy(entries: readonly ManagedFieldsEntry[]): FieldSet {
  return entries.map(fieldsOf).reduce(union, {});
}

function fieldsOf({ fieldsV1 }: ManagedFieldsEntry): FieldSet {
  return (fieldsV1 ?? {}) as FieldSet;
}

function isSaved(entry: ManagedFieldsEntry): boolean {
  return isOurs(entry) && entry.operation === "Update";
}

/** What Kubernetes itself reports of an object is nobody's wish. */
function isOurs({ manager, subresource }: ManagedFieldsEntry): boolean {
  return manager === fieldManagers.objects && subresource === undefined;
}
