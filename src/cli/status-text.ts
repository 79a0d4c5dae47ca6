import type { ClusterStatus, ComponentStatus } from "../cluster/api/status.ts";
import { deletionFinalizer } from "../cluster/api/names.ts";
import { components } from "../cluster/components/index.ts";
import type { KubeObject } from "../kube/object.ts";
import { tableText } from "./table.ts";

/** Whether everything runs as the newest spec says. */
export function isReady(cluster: KubeObject): boolean {
  const { conditions = [] } = statusOf(cluster);
  return (
    !isLeaving(cluster) &&
    isUpToDate(cluster) &&
    conditions.some(({ type, status }) => type === "Ready" && status === "True")
  );
}

/** The whole status for a person: a heading, the first cause, and the tables of components and conditions. */
export function statusText(cluster: KubeObject): string {
  const { conditions = [] } = statusOf(cluster);
  const entries = entriesOf(cluster).map(([name, entry]) => {
    const { phase, ready = "", image = "", reason = "", message = "" } = entry;
    return [name, phase, ready, image, reason, message];
  });
  const rows = conditions.map(({ type, status, reason, message }) => [type, status, reason, message]);
  return [
    `${headingOf(cluster)}\n`,
    isReady(cluster) && !isPaused(cluster) ? "" : `First cause: ${causeText(cluster)}\n`,
    entries.length === 0
      ? ""
      : `\n${tableText([["COMPONENT", "PHASE", "READY", "IMAGE", "REASON", "MESSAGE"], ...entries])}`,
    rows.length === 0 ? "" : `\n${tableText([["CONDITION", "STATUS", "REASON", "MESSAGE"], ...rows])}`,
  ].join("");
}

/** Why the cluster is not ready, as far as it is known. */
export function causeText(cluster: KubeObject): string {
  const { blockedBy, message, phase } = statusOf(cluster);
  if (isLeaving(cluster)) return leavingText(cluster);
  if (phase === "Paused") return message ?? "it is paused";
  if (phase === undefined) return "the operator has not looked at it yet: is it running?";
  if (!isUpToDate(cluster)) return "the operator has not looked at the newest spec yet: is it running?";
  if (blockedBy !== undefined) return `${blockedBy.component}: ${blockedBy.message} (${blockedBy.reason})`;
  return message ?? "none is known";
}

/** The heading and the components that differ from before, one line each; empty when nothing that is shown differs. */
export function newsText(before: KubeObject | undefined, cluster: KubeObject): string {
  const known = new Map(
    before === undefined ? [] : entriesOf(before).map(([name, entry]) => [name, lineOf(name, entry)]),
  );
  const news = entriesOf(cluster)
    .map(([name, entry]) => [name, lineOf(name, entry)] as const)
    .filter(([name, line]) => known.get(name) !== line)
    .map(([, line]) => `  ${line}\n`);
  const heading = headingOf(cluster);
  const cause = isLeaving(cluster) ? `  ${causeText(cluster)}\n` : "";
  const isSame = before !== undefined && news.length === 0 && headingOf(before) === heading;
  if (isSame && (cause === "" || causeText(before) === causeText(cluster))) return "";
  return [`${heading}\n`, cause, ...news].join("");
}

/** The status for programs, in one line unless an indentation is given. */
export function statusJson(cluster: KubeObject, indent = 0): string {
  const { namespace, name } = cluster.metadata;
  const shown = { namespace, name, ready: isReady(cluster), status: cluster["status"] ?? {} };
  return `${JSON.stringify(shown, undefined, indent)}\n`;
}

function statusOf(cluster: KubeObject): Partial<ClusterStatus> {
  return cluster["status"] ?? {};
}

function isLeaving({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** What a cluster that is being deleted waits for: what the operator tells of it, else whoever holds it. */
function leavingText(cluster: KubeObject): string {
  const { phase, message } = statusOf(cluster);
  const { finalizers = [] } = cluster.metadata;
  if (!finalizers.includes(deletionFinalizer)) return `it is being deleted, held by ${finalizers.join(", ")}`;
  if (phase === "Deleting" && message !== undefined) return `it is being deleted with its data: ${message}`;
  return "it is being deleted with its data, and the operator has not looked at that yet: is it running?";
}

function isPaused(cluster: KubeObject): boolean {
  return statusOf(cluster).phase === "Paused";
}

function isUpToDate(cluster: KubeObject): boolean {
  return (statusOf(cluster).observedGeneration ?? 0) >= (cluster.metadata.generation ?? 0);
}

function headingOf(cluster: KubeObject): string {
  const { namespace = "default", name } = cluster.metadata;
  const { phase = "Unknown", ready } = statusOf(cluster);
  if (isLeaving(cluster)) return `${namespace}/${name}: Deleting`;
  return `${namespace}/${name}: ${phase}${ready === undefined ? "" : `, ${ready} components ready`}`;
}

function lineOf(name: string, { phase, ready, reason, message }: ComponentStatus): string {
  const counts = ready === undefined ? [] : [ready];
  const why = [reason, message].filter((part) => part !== undefined && part !== "").join(": ");
  return [name, phase, ...counts, ...(why === "" ? [] : [`(${why})`])].join(" ");
}

/** The entries of components, in the order of the registry; those that this program does not know come last. */
function entriesOf(cluster: KubeObject): readonly (readonly [string, ComponentStatus])[] {
  const status = statusOf(cluster);
  const known = components.map(({ type, statusKey }) => [type, status[statusKey]] as const);
  const keys = new Set(components.map(({ statusKey }) => statusKey));
  const others = Object.entries(status).filter(([key]) => !keys.has(key));
  return [...known, ...others].flatMap(([name, entry]) => (isEntry(entry) ? [[name, entry] as const] : []));
}

function isEntry(value: unknown): value is ComponentStatus {
  return typeof value === "object" && value !== null && "phase" in value;
}
