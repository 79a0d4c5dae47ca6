import type { KubeObject } from "../../kube/object.ts";
import { keyOf } from "../../kube/object.ts";
import type { ComponentStatus } from "../api/status.ts";
import type { Component } from "../components/component.ts";
import type { Applying, Waiting } from "./apply.ts";
import { applyObject, isSettled } from "./apply.ts";
import { rowOf } from "./kinds.ts";
import { reasonForNoPods } from "./no-pods.ts";
import type { Complaint, Outcome } from "./outcome.ts";
import { podSpecOf } from "./pod-spec.ts";
import type { TroubledPod } from "./pod-troubles.ts";
import { causeIn, podReasons } from "./pod-troubles.ts";
import type { Rollout } from "./rollout.ts";
import { isDone, rolloutOf } from "./rollout.ts";
import type { Store } from "./store.ts";

/** What one pass did for one component, and how the component is afterwards. */
export interface ComponentResult {
  readonly component: Component;
  readonly outcomes: readonly Outcome[];
  readonly complaints: readonly Complaint[];
  readonly status: ComponentStatus;
}

/** How a component is synced. */
export interface Syncing extends Applying {
  /** The component's entry of the status as it was. */
  readonly before: Partial<ComponentStatus>;
}

/** Makes what the component wants, one object after the other, and looks how far its workloads are. */
export async function syncComponent(
  component: Component,
  objects: readonly KubeObject[],
  how: Syncing,
): Promise<ComponentResult> {
  const outcomes: Outcome[] = [];
  const complaints: Complaint[] = [];
  for (const object of objects) {
    const applied = await applyObject(object, how);
    outcomes.push(applied.outcome);
    complaints.push(...applied.complaints);
  }
  const held = complaints.find(({ condition }) => condition === "ObjectsAsSpecified");
  return { component, outcomes, complaints, status: { ...cause(held), ...statusOf(objects, outcomes, how) } };
}

/** What a component complains of, each with the whole name of the field that it is about. */
export function complaintsOf({ component, complaints }: ComponentResult): readonly Complaint[] {
  return complaints.map((complaint) =>
    complaint.condition === "StorageAsSpecified"
      ? { ...complaint, message: `spec.${component.specKey}.${complaint.message}` }
      : complaint,
  );
}

/** The result of a component that is left as it is, because a person has something to mend. */
export function refusedComponent(component: Component, refused: Waiting): ComponentResult {
  return { component, outcomes: [], complaints: [], status: { phase: "Failed", ...refused } };
}

/** What may hold back the first start of a component. */
export interface StartConditions {
  /** Whether the component before it runs and is not rolled out. */
  readonly isPending: (type: string) => boolean;
  /** The component's entry of the status as it was: a component that ran before is repaired, whatever the others do. */
  readonly before: Partial<ComponentStatus>;
}

/** Why a component may not start yet: the first of those before it that is not rolled out. */
export function heldBack(component: Component, { isPending, before }: StartConditions): Waiting | undefined {
  if (hasRun(before)) return undefined;
  const pending = component.after.find(isPending);
  return pending === undefined
    ? undefined
    : { reason: "DependencyNotReady", message: `it starts when ${pending} is rolled out` };
}

/** Any other failure than that of pods may be one of a workload that never was. */
function hasRun(before: Partial<ComponentStatus>): boolean {
  return before.phase === "Ready" || before.phase === "Progressing" || isAboutPods(before);
}

/** Whether a component is not ready for the sake of its pods. */
function isAboutPods({ phase, reason = "" }: Partial<ComponentStatus>): boolean {
  return phase === "Progressing" || (phase === "Failed" && reasonsOfPods.has(reason));
}

/** Where causes are looked for. */
export interface Looking {
  /** What components want, by type. */
  readonly objectsOf: ReadonlyMap<string, readonly KubeObject[]>;
  readonly store: Store;
  readonly troubled: () => Promise<readonly TroubledPod[]>;
}

/** The results with what is seen of the cause where pods do not come; nobody looks at pods where all have come. */
export async function withCauses(
  results: readonly ComponentResult[],
  { objectsOf, store, troubled }: Looking,
): Promise<readonly ComponentResult[]> {
  if (!results.some(({ status }) => isAboutPods(status))) return results;
  const seen = await troubled();
  return results.map((result) => {
    const { component, status } = result;
    if (!isAboutPods(status)) return result;
    const workloads = (objectsOf.get(component.type) ?? []).filter(isWorkload);
    const live = workloads.flatMap((object) => store.cached(rowOf(object).kind, keyOf(object)) ?? []);
    return { ...result, status: { ...status, ...causeIn(live, seen, component.specKey) } };
  });
}

/** Why workloads may not be made or changed at present: the first of the gates before the component that is not open. */
export function heldByGate({ gatedBy = [] }: Component, isOpen: (type: string) => boolean): Waiting | undefined {
  const closed = gatedBy.find((type) => !isOpen(type));
  return closed === undefined
    ? undefined
    : { reason: "WaitingForRollout", message: `it follows when ${closed} runs as it shall` };
}

/** Whether every workload among the objects is there as it is wanted, or as near to it as others let it be, and rolled out. */
export function isCarriedOut(objects: readonly KubeObject[], { store, contests }: Applying): boolean {
  return objects.filter(isWorkload).every((object) => {
    const live = store.cached(rowOf(object).kind, keyOf(object));
    return live !== undefined && isSettled(object, live, contests) && isDone(rolloutOf(live));
  });
}

/** Whether every workload among the objects is there and rolled out. */
export function isRolledOut(objects: readonly KubeObject[], store: Store): boolean {
  return rolloutsOf(objects, store).every(isDone);
}

function rolloutsOf(objects: readonly KubeObject[], store: Store): readonly Rollout[] {
  return objects.filter(isWorkload).map((object) => {
    const live = store.cached(rowOf(object).kind, keyOf(object));
    return live === undefined ? { state: "progressing", ready: 0, wanted: replicasOf(object) } : rolloutOf(live);
  });
}

function isWorkload(object: KubeObject): boolean {
  return rowOf(object).workload === true;
}

function replicasOf(object: KubeObject): number {
  return (object["spec"] as { readonly replicas?: number }).replicas ?? 0;
}

function statusOf(
  objects: readonly KubeObject[],
  outcomes: readonly Outcome[],
  { store, before }: Syncing,
): ComponentStatus {
  const rollouts = rolloutsOf(objects, store);
  const [ready, wanted] = [sum(rollouts, "ready"), sum(rollouts, "wanted")];
  const image = objects.flatMap(podSpecOf)[0]?.containers?.[0]?.image;
  const counts = { ...(image !== undefined && { image }), ready: `${ready}/${wanted}` };
  const failed = outcomes.find(({ action }) => action === "failed");
  if (failed !== undefined) return { phase: "Failed", ...counts, ...cause(failed) };
  const waiting = outcomes.find(({ action }) => action === "waiting");
  if (waiting !== undefined) return { phase: "Waiting", ...counts, ...cause(waiting) };
  const resting = wanted === 0 && reasonForNoPods(objects.filter(isWorkload));
  return { ...counts, ...resting, ...stateOf(isGrowing(before, ready, wanted) ? rollouts.map(asGrowing) : rollouts) };
}

/** A Deployment that is scaled up looks like one that has lost pods; but none of those that ran before is away. */
function isGrowing(
  { phase, reason, ready: counted }: Partial<ComponentStatus>,
  ready: number,
  wanted: number,
): boolean {
  const [readyBefore = Number.POSITIVE_INFINITY, wantedBefore = 0] = counted?.split("/").map(Number) ?? [];
  const wasGrowing = phase === "Progressing" || podReasons.some((one) => one === reason);
  return ready >= readyBefore && (wasGrowing || wanted > wantedBefore);
}

function asGrowing(rollout: Rollout): Rollout {
  return rollout.state === "degraded" ? { ...rollout, state: "progressing" } : rollout;
}

function sum(rollouts: readonly Rollout[], key: "ready" | "wanted"): number {
  return rollouts.reduce((total, rollout) => total + rollout[key], 0);
}

function cause({
  reason,
  message,
}: Pick<Outcome, "reason" | "message"> = {}): Pick<ComponentStatus, "reason" | "message"> {
  return { ...(reason !== undefined && { reason }), ...(message !== undefined && { message }) };
}

const states: Readonly<
  Record<Exclude<Rollout["state"], "rolledOut">, Pick<ComponentStatus, "phase" | "reason" | "message">>
> = {
  progressing: { phase: "Progressing", reason: "RollingOut", message: "its pods are being rolled out" },
  degraded: { phase: "Failed", reason: "PodsUnavailable", message: "pods that ran are not available any more" },
  leftToPeople: {
    phase: "Ready",
    reason: "LeftToPeople",
    message: "its update strategy is OnDelete: pods of an earlier template run until somebody deletes them",
  },
  stuck: {
    phase: "Failed",
    reason: "RolloutStuck",
    message: "its rollout made no progress within its deadline: look at its pods",
  },
};

const reasonsOfPods = new Set([...Object.values(states).map(({ reason }) => reason), ...podReasons]);

function stateOf(rollouts: readonly Rollout[]): Pick<ComponentStatus, "phase" | "reason" | "message"> {
  const worst = (["stuck", "degraded", "progressing", "leftToPeople"] as const).find((state) =>
    rollouts.some((rollout) => rollout.state === state),
  );
  return worst === undefined ? { phase: "Ready" } : states[worst];
}
