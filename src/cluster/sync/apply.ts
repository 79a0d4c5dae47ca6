import { hash } from "node:crypto";
import { isNamespaceTerminating } from "../../kube/api-error.ts";
import type { KubeObject } from "../../kube/object.ts";
import { keyOf } from "../../kube/object.ts";
import { annotationKeys, kind } from "../api/names.ts";
import type { Reconciled } from "./claims.ts";
import { differences, textByValue } from "./compare.ts";
import { explain } from "./explain.ts";
import { rowOf } from "./kinds.ts";
import type { Complaint, Outcome } from "./outcome.ts";
import type { Store } from "./store.ts";

/** How wanted objects are applied. */
export interface Applying {
  readonly store: Store;
  /** The cluster that owns what it makes. */
  readonly owner: { readonly name: string; readonly uid: string };
  /** Why no new workload may start yet; `undefined` when it may. */
  readonly holdStart?: Waiting;
  /** Why no workload that runs may be changed yet; `undefined` when it may. */
  readonly holdChange?: Waiting;
}

export interface Waiting {
  readonly reason: string;
  readonly message: string;
}

/** What became of one object, and what of the wish cannot be done. */
export interface Applied {
  readonly outcome: Outcome;
  readonly complaints: readonly Complaint[];
}

/** Name of an object as outcomes carry it, `Deployment prod-keystone`. */
export function labelOf(object: KubeObject): string {
  return `${object.kind} ${object.metadata.name}`;
}

/** Makes the live object what is wanted; writes only when something differs, and never throws. */
export async function applyObject(wanted: KubeObject, how: Applying): Promise<Applied> {
  const object = labelOf(wanted);
  try {
    return await applyOrThrow(wanted, how);
  } catch (error) {
    if (isNamespaceTerminating(error)) return alone({ action: "waiting", object, ...namespaceLeaves });
    return { outcome: { action: "failed", object, ...(await explain(error, wanted, how.store)) }, complaints: [] };
  }
}

async function applyOrThrow(wanted: KubeObject, how: Applying): Promise<Applied> {
  const live = await liveOf(wanted, how.store);
  return live === undefined ? alone(await create(wanted, how)) : await update(wanted, live, how);
}

async function create(wanted: KubeObject, { store, holdStart }: Applying): Promise<Outcome> {
  const row = rowOf(wanted);
  const object = labelOf(wanted);
  if (row.workload === true && holdStart !== undefined) return { action: "waiting", object, ...holdStart };
  const obstacle = await row.obstacle?.(wanted, store);
  if (obstacle !== undefined) return { action: "failed", object, ...obstacle };
  await store.apply(row.kind, stamped(wanted));
  return { action: "created", object };
}

async function update(wanted: KubeObject, live: KubeObject, how: Applying): Promise<Applied> {
  const object = labelOf(wanted);
  if (live.metadata.deletionTimestamp !== undefined) return alone({ action: "waiting", object, ...beingDeleted });
  const elsewhere = ownedElsewhere(live, how.owner);
  if (elsewhere !== undefined) return alone({ object, ...elsewhere });
  const wish = rowOf(wanted).toApply?.(wanted, live) ?? { object: wanted, complaints: [] };
  return await write(wish, live, how);
}

async function write(wish: Reconciled, live: KubeObject, how: Applying): Promise<Applied> {
  const row = rowOf(live);
  const object = labelOf(live);
  const { complaints } = wish;
  if (isAsWanted(wish.object, live)) return { outcome: { action: "unchanged", object }, complaints };
  if (row.workload === true && how.holdChange !== undefined)
    return alone({ action: "waiting", object, ...how.holdChange });
  if (row.mustReplace?.(wish.object, live) === true) await how.store.delete(row.kind, live);
  try {
    await how.store.apply(row.kind, stamped(wish.object));
  } catch (error) {
    const less = row.afterRefusal?.(wish, live, error);
    if (less === undefined) throw error;
    return await write(less, live, how);
  }
  return { outcome: { action: "updated", object }, complaints };
}

/**
 * Live objects with a checksum of the wish that they fulfil: mostly neither has changed since the pass before, and nothing is left to
 * compare. Caches never change an object, so that another state is another object.
 */
const fulfilled = new WeakMap<KubeObject, string>();

/** Whether the live object is the wanted one, with nothing left to apply. */
export function isAsWanted(wanted: KubeObject, live: KubeObject): boolean {
  const wish = hash("sha256", JSON.stringify(wanted));
  if (fulfilled.get(live) === wish) return true;
  if (differences(stamped(wanted), live).length > 0) return false;
  fulfilled.set(live, wish);
  return true;
}

function alone(outcome: Outcome): Applied {
  return { outcome, complaints: [] };
}

/** Before a first apply the API server is asked: a forced apply would silently take over what somebody else made. */
async function liveOf(wanted: KubeObject, store: Store): Promise<KubeObject | undefined> {
  const row = rowOf(wanted);
  return store.cached(row.kind, keyOf(wanted)) ?? (await store.get(row.kind, keyOf(wanted)));
}

const namespaceLeaves: Waiting = {
  reason: "NamespaceTerminating",
  message: "the namespace is being deleted, and the cluster goes with it",
};

const beingDeleted: Waiting = {
  reason: "BeingDeleted",
  message: "the object is being deleted; it is made again when it is gone",
};

/** What to say of an object that somebody else controls: a stranger, or a deleted cluster of the same name, whose objects go in a moment. */
function ownedElsewhere(live: KubeObject, owner: Applying["owner"]): Omit<Outcome, "object"> | undefined {
  const controller = live.metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (controller === undefined || controller.uid === owner.uid) return undefined;
  if (controller.kind === kind && controller.name === owner.name) return { action: "waiting", ...beingDeleted };
  return {
    action: "failed",
    reason: "ForeignObject",
    message: `${labelOf(live)} belongs to ${controller.kind} ${controller.name}: rename or remove it`,
  };
}

/** The object with a checksum of the wish, which tells that a field is no longer wanted. */
function stamped(object: KubeObject): KubeObject {
  const checksum = hash("sha256", textByValue(object)).slice(0, 32);
  const annotations = { ...object.metadata.annotations, [annotationKeys.wantedChecksum]: checksum };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
