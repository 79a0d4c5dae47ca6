import type { Recorder } from "../kube/events.ts";
import type { KubeObject } from "../kube/object.ts";
import type { ClusterStatus, ComponentStatus, Condition, ConditionType } from "./api/status.ts";
import type { Happened } from "./pass.ts";
import type { Outcome } from "./sync/outcome.ts";

/** Tells the events of a pass: what was made, changed or removed, what newly failed, and how the whole came to be. */
export function announce(recorder: Pick<Recorder, "event">, cluster: KubeObject, happened: Happened): void {
  const released = releasedText(happened.released);
  if (released !== "") recorder.event(cluster, "Normal", "Released", released);
  for (const [action, reason] of actions) {
    const note = changesOf(happened, action);
    if (note !== "") recorder.event(cluster, "Normal", reason, note);
  }
  for (const { reason, message } of newFailures(happened)) recorder.event(cluster, "Warning", reason, message);
  announcePause(recorder, cluster, happened);
  if (happened.after.phase !== "Paused") announceWhole(recorder, cluster, happened);
}

/** Which fields were released, those of most components first: an event is short. */
function releasedText(released: readonly string[]): string {
  const fields = released.map((path) => path.replace(/^spec\.\w+\.(?=.)/, "spec.*."));
  const groups = Object.values(Object.groupBy(fields, (field) => field)).map((group = []) => group);
  const names = groups
    .toSorted((a, b) => b.length - a.length)
    .map(({ length, 0: field = "" }) => (length > 1 ? `${field} (${length})` : field));
  return names.length === 0 ? "" : `these fields follow their defaults again: ${names.join(", ")}`;
}

const actions = [
  ["created", "Created"],
  ["updated", "Updated"],
  ["deleted", "Deleted"],
] as const;

/** One line for all components: a cluster gets few events, and the last of them shall not be lost. */
function changesOf({ results, removed }: Happened, action: Outcome["action"]): string {
  const kept = results.flatMap(({ component, outcomes }) => {
    // An object of a component carries the component's name, so its kind says enough.
    const kinds = objectsOf(outcomes, action).map((object) => object.split(" ")[0]);
    return kinds.length === 0 ? [] : [`${component.type}: ${kinds.join(", ")}`];
  });
  return [...kept, ...objectsOf(removed, action)].join("; ");
}

function objectsOf(outcomes: readonly Outcome[], action: Outcome["action"]): readonly string[] {
  return outcomes.filter((outcome) => outcome.action === action).map(({ object }) => object);
}

function newFailures({ results, before }: Happened): readonly { readonly reason: string; readonly message: string }[] {
  return results.flatMap(({ component, status }) => {
    const previous = before[component.statusKey] as ComponentStatus | undefined;
    const isNew = status.phase === "Failed" && !(previous?.phase === "Failed" && previous.message === status.message);
    const { reason = "Failed", message = "failed" } = status;
    return isNew ? [{ reason, message: `${component.type}: ${message}` }] : [];
  });
}

function announcePause(recorder: Pick<Recorder, "event">, cluster: KubeObject, { before, after }: Happened): void {
  const [was, is] = [before.phase === "Paused", after.phase === "Paused"];
  if (is && !was) recorder.event(cluster, "Normal", "Paused", after.message ?? "it is paused");
  if (was && !is) recorder.event(cluster, "Normal", "Resumed", "the cluster is looked after again");
}

function announceWhole(recorder: Pick<Recorder, "event">, cluster: KubeObject, { before, after }: Happened): void {
  const [was, is] = [conditionOf(before, "Ready"), conditionOf(after, "Ready")];
  if (is === undefined) return;
  const arrived = arrivals.find(({ reached }) => reached(is) && !(was !== undefined && reached(was)));
  if (arrived !== undefined) recorder.event(cluster, "Normal", arrived.reason, is.message);
  const stopped = after.phase === "Invalid" || after.phase === "Failed";
  if (stopped && is.message !== was?.message) recorder.event(cluster, "Warning", is.reason, is.message);
}

/** What is told of the condition Ready when it comes to be so. */
const arrivals: readonly { readonly reason: string; readonly reached: (ready: Condition) => boolean }[] = [
  { reason: "Ready", reached: ({ status }) => status === "True" },
  { reason: "Stopped", reached: ({ reason }) => reason === "Stopped" },
];

function conditionOf(status: Partial<ClusterStatus>, type: ConditionType) {
  return status.conditions?.find((condition) => condition.type === type);
}
