import type { Cluster } from "./api/cluster.ts";
import type { BlockedBy, ComponentStatus, Condition } from "./api/status.ts";
import type { PassReport } from "./status.ts";
import { complaintsOf } from "./sync/component.ts";
import type { Complaint } from "./sync/outcome.ts";
import { whyStopped } from "./sync/switches.ts";

/** What the times of conditions follow from. */
export interface Times {
  readonly previous: readonly Condition[];
  readonly now: Date;
}

/** What conditions follow from beside the report of the pass. */
export interface ConditionContext extends Times {
  readonly blockedBy: BlockedBy | undefined;
}

type Verdict = Omit<Condition, "observedGeneration" | "lastTransitionTime">;

/** The conditions of a cluster. Where a pass was stopped, those that it could not judge stay as they were. */
export function conditionsOf(report: PassReport, context: ConditionContext): readonly Condition[] {
  const { stopped } = report;
  const judged = stopped === undefined ? judge(report, context.blockedBy) : judgeStopped(stopped);
  const dated = judged.map((verdict) => withTime(verdict, report.generation, context));
  const unjudged = context.previous.filter(
    ({ type }) => stopped !== undefined && type !== "Paused" && !judged.some((verdict) => verdict.type === type),
  );
  return [...dated, ...unjudged];
}

/** The conditions of a cluster that is paused: all as they were, and that it is. */
export function conditionsPaused(message: string, generation: number, context: Times): readonly Condition[] {
  return laidOver([{ type: "Paused", status: "True", reason: "PausedByAnnotation", message }], generation, context);
}

/** The conditions of a cluster that is being deleted: all as they were, but that it is not ready, and how far its deletion is. */
export function conditionsDeleting(
  { reason, message }: Pick<Condition, "reason" | "message">,
  generation: number,
  context: Times,
): readonly Condition[] {
  const verdicts: readonly Verdict[] = [
    { type: "Ready", status: "False", reason: "Deleting", message: "the cluster is being deleted" },
    { type: "Deleting", status: "True", reason, message },
  ];
  return laidOver(verdicts, generation, context);
}

function laidOver(verdicts: readonly Verdict[], generation: number, context: Times): readonly Condition[] {
  const others = context.previous.filter(({ type }) => !verdicts.some((verdict) => verdict.type === type));
  return [...others, ...verdicts.map((verdict) => withTime(verdict, generation, context))];
}

function judge(report: PassReport, blockedBy: BlockedBy | undefined): readonly Verdict[] {
  return [
    ready(report, blockedBy),
    progressing(report),
    degraded(report),
    { type: "SpecAccepted", status: "True", reason: "Accepted", message: "" },
    asSpecified("StorageAsSpecified", report),
    asSpecified("ObjectsAsSpecified", report),
    access(report.cluster),
    ...sight(report),
  ];
}

function judgeStopped({ reason, message, invalid }: NonNullable<PassReport["stopped"]>): readonly Verdict[] {
  return [
    { type: "Ready", status: "False", reason, message },
    invalid
      ? { type: "SpecAccepted", status: "False", reason, message }
      : { type: "SpecAccepted", status: "True", reason: "Accepted", message: "" },
  ];
}

function ready({ cluster }: PassReport, blockedBy: BlockedBy | undefined): Verdict {
  const stopped = whyStopped(cluster);
  if (blockedBy === undefined && stopped !== undefined)
    return { type: "Ready", status: "False", reason: "Stopped", message: stopped };
  if (blockedBy === undefined) {
    return { type: "Ready", status: "True", reason: "AllComponentsReady", message: "every component runs as it shall" };
  }
  const { component, reason, message } = blockedBy;
  return { type: "Ready", status: "False", reason, message: `${component}: ${message}` };
}

function named({ results }: PassReport, phases: readonly ComponentStatus["phase"][]): string {
  const some = results.filter(({ status }) => phases.includes(status.phase));
  return some.map(({ component }) => component.type).join(", ");
}

function progressing(report: PassReport): Verdict {
  const moving = named(report, ["Progressing", "Waiting"]);
  if (moving === "") return { type: "Progressing", status: "False", reason: "Settled", message: "" };
  return { type: "Progressing", status: "True", reason: "RollingOut", message: `not rolled out yet: ${moving}` };
}

function degraded(report: PassReport): Verdict {
  const failed = named(report, ["Failed"]);
  if (failed === "") return { type: "Degraded", status: "False", reason: "NoFailures", message: "" };
  return { type: "Degraded", status: "True", reason: "ComponentsFailed", message: `failed: ${failed}` };
}

function asSpecified(type: Complaint["condition"], { results }: PassReport): Verdict {
  const said = results.flatMap((result) => complaintsOf(result).filter(({ condition }) => condition === type));
  const [first] = said;
  if (first === undefined) return { type, status: "True", reason: "AsSpecified", message: "" };
  return { type, status: "False", reason: first.reason, message: said.map(({ message }) => message).join("; ") };
}

function access(cluster: Cluster | undefined): Verdict {
  const host = cluster?.platform.loadBalancerEndpoint;
  if (host !== undefined) {
    const message = `users reach the platform at ${host}`;
    return { type: "ExternalAccess", status: "True", reason: "LoadBalancerNamed", message };
  }
  const message =
    "spec.loadBalancerEndpoint is empty, so the platform is registered under names that only pods can resolve: " +
    "set it to the host name or address under which users reach the cluster's nodes or load balancer";
  return { type: "ExternalAccess", status: "False", reason: "NoLoadBalancer", message };
}

/** Told only where something cannot be seen. */
function sight({ unseen = [] }: PassReport): readonly Verdict[] {
  if (unseen.length === 0) return [];
  return [{ type: "SurroundingsVisible", status: "False", reason: "Forbidden", message: unseen.join("; ") }];
}

function withTime(verdict: Verdict, observedGeneration: number, { previous, now }: Times): Condition {
  const before = previous.find(({ type }) => type === verdict.type);
  const unchanged = before?.status === verdict.status ? before.lastTransitionTime : undefined;
  return { ...verdict, observedGeneration, lastTransitionTime: unchanged ?? rfc3339(now) };
}

function rfc3339(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
