import type { KubeObject } from "../../kube/object.ts";
import type { Cluster } from "../api/cluster.ts";
import type { ClusterStatus } from "../api/status.ts";
import type { Component } from "../components/component.ts";
import type { Applying, Waiting } from "./apply.ts";
import type { ComponentResult } from "./component.ts";
import {
  heldBack,
  heldByGate,
  isCarriedOut,
  isRolledOut,
  refusedComponent,
  syncComponent,
  withCauses,
} from "./component.ts";
import type { Contests } from "./contests.ts";
import { inParallel } from "./in-parallel.ts";
import { judge } from "./judge.ts";
import type { Outcome } from "./outcome.ts";
import { leftovers, removeObject } from "./remove.ts";
import type { TroubledPod } from "./pod-troubles.ts";
import { sparing, withWhatIsLeft } from "./retired.ts";
import type { Store } from "./store.ts";
import { unseenIn } from "./unseen.ts";
import { missingClass } from "./storage-class.ts";
import { asStopped, isLeftAlone, isStopped } from "./switches.ts";
import type { Inputs } from "./wanted.ts";
import { reasonNotToRun, wantedObjects } from "./wanted.ts";

/** What one component wants. */
export interface Wanted {
  readonly component: Component;
  readonly objects: readonly KubeObject[];
  /** Why none of them can be made at present: what a person must mend first. */
  readonly refused?: Waiting;
}

/** A component that does not run, and why. */
export interface Resting {
  readonly component: Component;
  readonly reason: string;
}

/** What a cluster shall be made of. */
export interface Plan {
  readonly cluster: Cluster;
  readonly wanted: readonly Wanted[];
  readonly resting: readonly Resting[];
  /** What is wrong across components; while there is something the plan is not carried out. */
  readonly problems: readonly string[];
}

/** What became of a plan. */
export interface Carried {
  readonly results: readonly ComponentResult[];
  readonly removed: readonly Outcome[];
  /** The components that do not run, with what is left of them. */
  readonly resting: readonly Resting[];
}

/** Components that are synced side by side: objects of one follow each other, so that fewer leave the API server idle between them. */
const sideBySide = 24;

/** Works out what the components of a cluster want; pure. */
export function planOf(inputs: Inputs): Plan {
  const { cluster, components } = inputs;
  const judged = components.map((component) => ({ component, reason: reasonNotToRun(component, cluster) }));
  const resting = judged.flatMap(({ component, reason }) => (reason === undefined ? [] : [{ component, reason }]));
  const running = judged.filter(({ reason }) => reason === undefined);
  const wanted = running.map(({ component }) => wantedOf(component, inputs));
  return { cluster, wanted, resting, problems: judge(cluster, wanted) };
}

function wantedOf(component: Component, inputs: Inputs): Wanted {
  const objects = wantedObjects(component, inputs);
  const refused = missingClass(component, objects, inputs.facts);
  return { component, objects, ...(refused !== undefined && { refused }) };
}

/** What a plan is carried out with. */
export interface Carrying {
  readonly store: Store;
  /** The status as it was. */
  readonly before: Partial<ClusterStatus>;
  readonly contests: Contests;
  /** Instance labels of the other clusters in the namespace. */
  readonly otherInstances: readonly string[];
  /** The pods of the cluster that are in trouble; asked for only where pods do not come. */
  readonly troubled: () => Promise<readonly TroubledPod[]>;
}

/** Makes the cluster what the plan says, and removes what it no longer says. */
export async function carryOut(plan: Plan, { before, troubled, ...means }: Carrying): Promise<Carried> {
  const { cluster, wanted } = plan;
  const { store } = means;
  const objectsOf = new Map(wanted.map(({ component, objects }) => [component.type, objects]));
  const applying = { ...means, owner: cluster, unseen: unseenIn(store) };
  const isPending = (type: string): boolean => !isRolledOut(objectsOf.get(type) ?? [], store);
  const isOpen = (type: string): boolean => isCarriedOut(objectsOf.get(type) ?? [], applying);
  const results = await inParallel(wanted, sideBySide, async ({ component, objects, refused }) => {
    if (refused !== undefined) return refusedComponent(component, refused);
    const holdChange = heldByGate(component, isOpen);
    const entry = before[component.statusKey] ?? {};
    const holdStart = holdChange ?? heldBack(component, { isPending, before: entry });
    const how = { ...applying, before: entry, ...given({ holdStart, holdChange }) };
    const result = await syncComponent(component, objects, how);
    return isStopped(component, cluster) ? asStopped(result) : result;
  });
  const explained = await withCauses(results, { objectsOf, store, troubled });
  const all = wanted.flatMap(({ objects }) => objects);
  const left = leftovers(store, cluster.uid, all).filter(({ object }) => !isLeftAlone(object, cluster));
  const { spared, unwanted } = sparing(left, plan);
  const removed = await inParallel(unwanted, sideBySide, (one) => removeObject(one, store));
  return { results: explained, removed, resting: plan.resting.map((one) => withWhatIsLeft(one, spared)) };
}

function given(holds: { readonly [K in "holdStart" | "holdChange"]: Waiting | undefined }): Partial<Applying> {
  return Object.fromEntries(Object.entries(holds).filter(([, hold]) => hold !== undefined));
}
