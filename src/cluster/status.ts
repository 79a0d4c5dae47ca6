import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../kube/object.ts";
import type { Cluster } from "./api/cluster.ts";
import type { Json, JsonObject, JsonSchema } from "./api/field.ts";
import type { BlockedBy, ClusterStatus, ComponentStatus } from "./api/status.ts";
import { statusSchema } from "./api/status.ts";
import { components } from "./components/index.ts";
import { conditionsDeleting, conditionsOf, conditionsPaused } from "./conditions.ts";
import type { ComponentResult } from "./sync/component.ts";
import type { Resting } from "./sync/plan.ts";
import { whyStopped } from "./sync/switches.ts";

/** What a pass found out about a cluster. */
export interface PassReport {
  readonly generation: number;
  /** The spec without what the operator filled in. */
  readonly written: JsonObject;
  /** The cluster as meant, when it could be worked out. */
  readonly cluster?: Cluster;
  /** Why nothing was changed: what a person must mend first. */
  readonly stopped?: { readonly reason: string; readonly message: string; readonly invalid: boolean };
  /** What the operator may not see and does without, as sentences. */
  readonly unseen?: readonly string[];
  readonly results: readonly ComponentResult[];
  /** Components that do not run, each with the reason. */
  readonly resting: readonly Resting[];
}

/** The status that follows from a report; `previous` gives the times at which conditions last changed. */
export function statusOf(report: PassReport, previous: Partial<ClusterStatus>, now: Date): ClusterStatus {
  const blockedBy = firstCause(report);
  const message = messageOf(report, blockedBy);
  const total = report.results.length;
  const ready = report.results.filter(({ status }) => status.phase === "Ready").length;
  const base = {
    observedGeneration: report.generation,
    specChecksum: createHash("sha256").update(JSON.stringify(report.written)).digest("hex"),
    phase: phaseOf(report),
    ...(report.stopped === undefined && { ready: `${ready}/${total}` }),
    ...(blockedBy !== undefined && { blockedBy }),
    ...(message !== undefined && { message }),
  };
  // While a person has something to mend nothing is changed, so the components are as they were.
  const entries = report.stopped === undefined ? entriesOf(report, previous) : previousEntries(previous);
  const conditions = conditionsOf(report, { blockedBy, previous: previous.conditions ?? [], now });
  return { ...entries, ...base, conditions };
}

/**
 * The status of a cluster that is paused: what was found before stays, also the generation that it is about, so that a spec
 * that was changed meanwhile does not look as if it had been taken up.
 */
export function pausedStatus(
  previous: Partial<ClusterStatus>,
  paused: { readonly message: string; readonly generation: number; readonly now: Date },
): ClusterStatus {
  const { message, generation, now } = paused;
  const conditions = conditionsPaused(message, generation, { previous: previous.conditions ?? [], now });
  return { observedGeneration: 0, specChecksum: "", ...previous, phase: "Paused", message, conditions };
}

/** The status of a cluster that is being deleted with its data: its components as they were found last, and what is waited for. */
export function deletingStatus(
  previous: Partial<ClusterStatus>,
  deleting: { readonly reason: string; readonly message: string; readonly generation: number; readonly now: Date },
): ClusterStatus {
  const { message, generation, now } = deleting;
  const conditions = conditionsDeleting(deleting, generation, { previous: previous.conditions ?? [], now });
  const { specChecksum = "" } = previous;
  const base = { observedGeneration: generation, specChecksum, phase: "Deleting", message, conditions } as const;
  return { ...previousEntries(previous), ...base };
}

function messageOf({ stopped, cluster }: PassReport, blockedBy: BlockedBy | undefined): string | undefined {
  if (stopped !== undefined) return stopped.message;
  return blockedBy === undefined ? whyStopped(cluster) : `${blockedBy.component}: ${blockedBy.message}`;
}

function previousEntries(previous: Partial<ClusterStatus>): Readonly<Record<string, unknown>> {
  const { blockedBy: _b, message: _m, ready: _r, ...entries } = previous;
  return entries;
}

/** Whether two statuses say the same to everybody who reads them; the order of conditions says nothing. */
export function isSameStatus(a: Partial<ClusterStatus>, b: Partial<ClusterStatus>): boolean {
  return isDeepStrictEqual(inOrder(a), inOrder(b));
}

function inOrder({ conditions = [], ...status }: Partial<ClusterStatus>): object {
  return { ...status, conditions: conditions.toSorted((a, b) => (a.type < b.type ? -1 : 1)) };
}

/** The status as stored, without what our definition does not know: the reference, under its own, left much more. */
export function storedStatus(object: KubeObject): Partial<ClusterStatus> {
  return pruned((object["status"] ?? {}) as JsonObject, schema) as Partial<ClusterStatus>;
}

const schema = statusSchema(components.map(({ statusKey }) => statusKey));

function pruned(value: Json | undefined, { properties }: JsonSchema): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || properties === undefined) return value;
  const known = properties as Readonly<Record<string, JsonSchema>>;
  const kept = Object.entries(value as JsonObject).flatMap(([key, inner]) => {
    const below = known[key];
    return below === undefined ? [] : [[key, pruned(inner, below)] as const];
  });
  return Object.fromEntries(kept);
}

const severity: readonly ComponentStatus["phase"][] = ["Failed", "Progressing", "Waiting"];

function isNotReady({ status }: ComponentResult): boolean {
  return status.phase !== "Ready" && status.phase !== "Stopped";
}

function isFailed({ status }: ComponentResult): boolean {
  return status.phase === "Failed";
}

/** The component that others wait for rather than one that waits; a failure before a rollout. Nobody waits for what is stopped. */
function firstCause({ results, cluster }: PassReport): BlockedBy | undefined {
  const waiting = results.filter(whyStopped(cluster) === undefined ? isNotReady : isFailed);
  const rank = ({ status }: ComponentResult): number => severity.indexOf(status.phase);
  const first = waiting.toSorted((a, b) => rank(a) - rank(b))[0];
  if (first === undefined) return undefined;
  const { reason = "NotReady", message = "it is not ready" } = first.status;
  return { component: first.component.type, reason, message };
}

function phaseOf({ results, stopped, cluster }: PassReport): ClusterStatus["phase"] {
  if (stopped !== undefined) return stopped.invalid ? "Invalid" : "Failed";
  if (results.some(isFailed)) return "Degraded";
  if (whyStopped(cluster) !== undefined) return "Stopped";
  return results.some(isNotReady) ? "Progressing" : "Ready";
}

/** Ids that the platform gave stay, whatever becomes of the component. */
const lastingKeys = ["RegionId", "RegionZoneId", "ZoneId", "WireId", "CustomZones"];

function entriesOf(report: PassReport, previous: Partial<ClusterStatus>): Readonly<Record<string, ComponentStatus>> {
  const running = report.results.map(({ component, status }) => [component.statusKey, status] as const);
  const resting = report.resting.map(({ component, reason }) => {
    return [component.statusKey, { phase: "Disabled", reason: "Disabled", message: reason }] as const;
  });
  const entries = [...running, ...resting].map(([key, entry]) => [key, { ...lasting(previous[key]), ...entry }]);
  return Object.fromEntries(entries) as Record<string, ComponentStatus>;
}

function lasting(entry: unknown): JsonObject {
  const held = Object.entries((entry ?? {}) as JsonObject).filter(([key]) => lastingKeys.includes(key));
  return Object.fromEntries(held);
}
