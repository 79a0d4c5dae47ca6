import { hash } from "node:crypto";
import { isConflict, isNamespaceTerminating } from "../../kube/api-error.ts";
import type { KubeObject } from "../../kube/object.ts";
import { keyOf } from "../../kube/object.ts";
import { annotationKeys } from "../api/names.ts";
import { ownedElsewhere } from "./belonging.ts";
import type { Reconciled } from "./claims.ts";
import type { Finding } from "./compare.ts";
import { findings, pathOf, textByValue } from "./compare.ts";
import type { Contests } from "./contests.ts";
import { holderOf, replacementOf } from "./co-owners.ts";
import { explain } from "./explain.ts";
import { rowOf } from "./kinds.ts";
import type { Complaint, Outcome } from "./outcome.ts";
import type { Store } from "./store.ts";

/** How wanted objects are applied. */
export interface Applying {
  readonly store: Store;
  /** The object of that name which caches do not show; none where there is none. */
  readonly unseen: (wanted: KubeObject) => Promise<KubeObject | undefined>;
  /** The cluster that owns what it makes. */
  readonly owner: { readonly name: string; readonly uid: string };
  /** What is not repaired any more. */
  readonly contests: Contests;
  /** Instance labels of the other clusters in the namespace. */
  readonly otherInstances: readonly string[];
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
export async function applyObject(wanted: KubeObject, how: Applying, tries = 3): Promise<Applied> {
  const object = labelOf(wanted);
  try {
    return await applyOrThrow(wanted, how);
  } catch (error) {
    // Controllers write the status of a workload, and somebody makes an object, at any time: that is no failure to tell of.
    if (isConflict(error) && tries > 1) return await applyObject(wanted, askingAgain(how), tries - 1);
    if (isNamespaceTerminating(error)) return alone({ action: "waiting", object, ...namespaceLeaves });
    return { outcome: { action: "failed", object, ...(await explain(error, wanted, how.store)) }, complaints: [] };
  }
}

/** What was seen before a conflict is no longer true. */
function askingAgain(how: Applying): Applying {
  return { ...how, unseen: (wanted) => how.store.get(rowOf(wanted).kind, keyOf(wanted)) };
}

async function applyOrThrow(wanted: KubeObject, how: Applying): Promise<Applied> {
  const live = how.store.cached(rowOf(wanted).kind, keyOf(wanted)) ?? (await how.unseen(wanted));
  return live === undefined ? alone(await create(wanted, how)) : await update(wanted, live, how);
}

async function create(wanted: KubeObject, { store, contests, holdStart }: Applying): Promise<Outcome> {
  const row = rowOf(wanted);
  const object = labelOf(wanted);
  if (row.workload === true && holdStart !== undefined) return { action: "waiting", object, ...holdStart };
  const wish = stamped(wanted);
  const answer = await store.create(row.kind, wish);
  contests.repaired(answer, { found: [], left: findings(wish, answer) });
  return { action: "created", object };
}

async function update(wanted: KubeObject, live: KubeObject, how: Applying): Promise<Applied> {
  const object = labelOf(wanted);
  const elsewhere = ownedElsewhere(live, wanted, how);
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
  const wanted = stamped(wish.object);
  const { open, held } = judged(findings(wanted, live), live, how.contests);
  const standing = [...complaints, ...held];
  if (open.length === 0) return { outcome: { action: "unchanged", object }, complaints: standing };
  try {
    await repair({ wanted, live, found: open }, how);
  } catch (error) {
    const less = row.afterRefusal?.(wish, live, error);
    if (less === undefined) throw error;
    return await write(less, live, how);
  }
  return { outcome: { action: "updated", object }, complaints: standing };
}

interface Judged {
  /** What is worth a repair. */
  readonly open: readonly Finding[];
  readonly held: readonly Complaint[];
}

function judged(found: readonly Finding[], live: KubeObject, contests: Contests): Judged {
  const holders = found.map((finding) => ({ finding, holder: contests.lostTo(live, finding) }));
  const open = holders.filter(({ holder }) => holder === undefined).map(({ finding }) => finding);
  const byHolder = Object.groupBy(holders, ({ holder = "" }) => holder);
  const held = Object.entries(byHolder).filter(([holder]) => holder !== "");
  return {
    open,
    held: held.map(([holder, all = []]) =>
      heldBy(
        holder,
        live,
        all.map(({ finding }) => finding),
      ),
    ),
  };
}

interface Drift {
  readonly wanted: KubeObject;
  readonly live: KubeObject;
  readonly found: readonly Finding[];
}

async function repair({ wanted, live, found }: Drift, { store, contests }: Applying): Promise<void> {
  const row = rowOf(live);
  if (row.mustReplace?.(wanted, live) === true) {
    await store.delete(row.kind, live);
    await store.apply(row.kind, wanted);
    return;
  }
  // Caches leave out who holds what.
  const held = await store.get(row.kind, keyOf(live));
  const replacement = held && replacementOf(wanted, held, found);
  const answer = replacement ? await store.save(row.kind, replacement) : await store.apply(row.kind, wanted);
  contests.repaired(answer, { found, left: findings(wanted, answer), holder: held && holderOf(held, found) });
}

/** Says who holds what, and never the value: it may be a secret. */
function heldBy(holder: string, live: KubeObject, found: readonly Finding[]): Complaint {
  const paths = found.map(pathOf).join(", ");
  return {
    condition: "ObjectsAsSpecified",
    reason: "HeldByOthers",
    message:
      `${labelOf(live)}: ${holder} puts back its own ${paths}, so the operator leaves it and looks again in an hour: ` +
      `exempt the object from ${holder}, or write the value into the spec`,
  };
}

/**
 * Live objects with a checksum of the wish that they fulfil: mostly neither has changed since the pass before, and nothing is left to
 * compare. Caches never change an object, so that another state is another object.
 */
const fulfilled = new WeakMap<KubeObject, string>();

/** Those checksums by wanted object: a plan that is carried out again holds the same ones. */
const wishes = new WeakMap<KubeObject, string>();

/** Whether the live object is the wanted one, with nothing left to apply. */
function isAsWanted(wanted: KubeObject, live: KubeObject): boolean {
  const wish = wishes.get(wanted) ?? hash("sha256", JSON.stringify(wanted));
  wishes.set(wanted, wish);
  if (fulfilled.get(live) === wish) return true;
  if (findings(stamped(wanted), live).length > 0) return false;
  fulfilled.set(live, wish);
  return true;
}

/** Whether nothing is left to do for a live object: it is as wanted, or somebody else holds the rest against us. */
export function isSettled(wanted: KubeObject, live: KubeObject, contests: Contests): boolean {
  return isAsWanted(wanted, live) || judged(findings(stamped(wanted), live), live, contests).open.length === 0;
}

function alone(outcome: Outcome): Applied {
  return { outcome, complaints: [] };
}

const namespaceLeaves: Waiting = {
  reason: "NamespaceTerminating",
  message: "the namespace is being deleted, and the cluster goes with it",
};

/** The object with a checksum of the wish, which tells that a field is no longer wanted. */
function stamped(object: KubeObject): KubeObject {
  const checksum = hash("sha256", textByValue(object)).slice(0, 32);
  const annotations = { ...object.metadata.annotations, [annotationKeys.wantedChecksum]: checksum };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
