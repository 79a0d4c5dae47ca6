import type { Cluster } from "./api/cluster.ts";
import type { BlockedBy, ComponentStatus, Condition } from "./api/status.ts";
import type { PassReport } from "./status.ts";
import type { ComponentResult } from "./sync/component.ts";
import { whyStopped } from "./sync/switches.ts";

/** What conditions follow from beside the report of the pass. */
export interface ConditionContext {
  readonly blockedBy: BlockedBy | undefined;
  readonly previous: readonly Condition[];
  readonly now: Date;
}

type Verdict = Omit<Condition, "observedGeneration" | "lastTransitionTime">;

/** The conditions of a cluster. Where a pass was stopped, those that it could not judge stay as they were. */
export function conditionsOf(report: PassReport, context: ConditionContext): readonly Condition[] {
  const { stopped } = report;
  const judged = stopped === undefined ? judge(report, context.blockedBy) : judgeStopped(stopped);
  const dated = judged.map((verdict) => withTime(verdict, report.generation, context));
  const unjudged = context.previous.filter(
    ({ type }) => stopped !== undefined && !judged.some((verdict) => verdict.type === type),
  );
  return [...dated, ...unjudged];
}

function judge(report: PassReport, blockedBy: BlockedBy | undefined): readonly Verdict[] {
  return [
    ready(report, blockedBy),
    progressing(report),
    degraded(report),
    { type: "SpecAccepted", status: "True", reason: "Accepted", message: "" },
    storage(report),
    access(report.cluster),
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

function storage({ results }: PassReport): Verdict {
  const [first] = results.flatMap(({ complaints }) => complaints);
  if (first === undefined) return { type: "StorageAsSpecified", status: "True", reason: "AsSpecified", message: "" };
  const message = results.flatMap(sentences).join("; ");
  return { type: "StorageAsSpecified", status: "False", reason: first.reason, message };
}

function sentences({ component, complaints }: ComponentResult): readonly string[] {
  return complaints.map(({ message }) => `spec.${component.specKey}.${message}`);
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

function withTime(verdict: Verdict, observedGeneration: number, { previous, now }: ConditionContext): Condition {
  const before = previous.find(({ type }) => type === verdict.type);
  const unchanged = before?.status === verdict.status ? before.lastTransitionTime : undefined;
  return { ...verdict, observedGeneration, lastTransitionTime: unchanged ?? rfc3339(now) };
}

function rfc3339(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
