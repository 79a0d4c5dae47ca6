import { dump } from "js-yaml";
import { annotationKeys, labelKeys } from "../cluster/api/names.ts";
import { components } from "../cluster/components/index.ts";
import { rows } from "../cluster/sync/kinds.ts";
import type { KubeObject, ObjectMeta } from "../kube/object.ts";
import { unifiedDiff } from "./line-diff.ts";
import type { Change } from "./masking.ts";
import { copyAnnotations, masked } from "./masking.ts";

/** The cluster and what concerns all of it first, then component by component, kind by kind. */
export function inReadingOrder(changes: readonly Change[]): readonly Change[] {
  const types = components.map(({ type }) => type);
  const kinds = rows.map(({ kind }) => kind.kind);
  const rank = (change: Change): number => {
    const { kind, metadata } = objectOf(change);
    return types.indexOf(metadata.labels?.[labelKeys.component] ?? "") * 100 + kinds.indexOf(kind);
  };
  const byName = (a: Change, b: Change): number => (labelOf(a) < labelOf(b) ? -1 : 1);
  return changes.toSorted((a, b) => rank(a) - rank(b) || byName(a, b));
}

/** The unified diff of an object that is made or changed, without credentials; empty when nothing of it differs. */
export function changeText(change: Change, secrets: Iterable<string>): string {
  const shown = hunksOfChange(masked(change, secrets));
  if (shown.length === 0) return "";
  const label = labelOf(change);
  const heads = [`--- ${change.before === undefined ? "/dev/null" : `${label} (live)`}`, `+++ ${label} (wanted)`];
  return `${[...heads, ...shown].join("\n")}\n`;
}

/** The hunks of the diff of an object, with the credentials that are in it; none when nothing of it differs. */
export function hunksOfChange({ before, after }: Change): readonly string[] {
  const hunks = [
    hunksOf(before, after, [...notesOfOthers, annotationKeys.wantedChecksum]),
    hunksOf(before, after, notesOfOthers),
  ];
  // The checksum follows every other difference, so that it tells something only where it stands alone.
  return hunks.find(({ length }) => length > 0) ?? [];
}

function hunksOf(
  before: KubeObject | undefined,
  after: KubeObject | undefined,
  hidden: readonly string[],
): readonly string[] {
  return unifiedDiff(linesOf(before, hidden), linesOf(after, hidden));
}

/** The line about an object that is removed. */
export function deletionText(change: Change): string {
  return `delete ${labelOf(change)}\n`;
}

function objectOf({ before, after }: Change): KubeObject {
  const object = after ?? before;
  if (object === undefined) throw new Error("a change has an object before or after it");
  return object;
}

/** Kind, namespace and name of what changes. */
export function labelOf(change: Change): string {
  const { kind, metadata } = objectOf(change);
  return `${kind} ${metadata.namespace ?? "default"}/${metadata.name}`;
}

/** What others write for themselves: copies of the object, and a count that changes with every write. */
const notesOfOthers = [...copyAnnotations, "deprecated.daemonset.template.generation"];

function linesOf(object: KubeObject | undefined, hiddenAnnotations: readonly string[]): readonly string[] {
  if (object === undefined) return [];
  const { status: _, metadata, ...rest } = object;
  const { annotations = {}, ...lasting } = lastingMetadata(metadata);
  const kept = Object.entries(annotations).filter(([key]) => !hiddenAnnotations.includes(key));
  const shown = { ...lasting, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) };
  const text = dump({ ...rest, metadata: shown }, { lineWidth: -1, noRefs: true, sortKeys: true });
  return text.trimEnd().split("\n");
}

/** Metadata without what the API server keeps for itself and changes with every write. */
function lastingMetadata(metadata: ObjectMeta): Omit<ObjectMeta, "name"> {
  const {
    managedFields: _m,
    resourceVersion: _r,
    generation: _g,
    uid: _u,
    creationTimestamp: _c,
    ...lasting
  } = metadata;
  return lasting;
}
