import { randomBytes } from "node:crypto";
import { microTime } from "./clock.ts";
import { type KubeObject, keyOf, type ObjectKey } from "./object.ts";

/** Whether an event tells of normal life or of something that somebody should look at. */
export type EventType = "Normal" | "Warning";

/** Who reports events. */
export interface Reporter {
  /** `reportingController`, a qualified name such as `example.com/controller`. */
  readonly component: string;
  /** `reportingInstance`, for instance the pod's name. */
  readonly instance: string;
}

/** An `ObjectReference` to what an event is about. */
export interface Regarding extends ObjectKey {
  readonly apiVersion: string;
  readonly kind: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** One thing that happened to an object. */
export interface Occurrence {
  readonly regarding: Regarding;
  readonly type: EventType;
  /** Why, one word in CamelCase. */
  readonly reason: string;
  /** What happened, a sentence for people. */
  readonly note: string;
  /** What was being done, one word in CamelCase. */
  readonly action: string;
}

/** The `series` of an event that happened more than once. */
export interface EventSeries {
  readonly count: number;
  readonly lastObservedTime: string;
}

/** The reference to an object, so that nobody has to hold the object itself. */
export function referenceTo({ apiVersion, kind, metadata }: KubeObject): Regarding {
  const { uid, resourceVersion } = metadata;
  return {
    apiVersion,
    kind,
    ...keyOf({ apiVersion, kind, metadata }),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

/** The occurrence with its texts cut to what the API server takes: 1024 bytes for the note, 128 for the words. */
export function fitting(occurrence: Occurrence): Occurrence {
  const { reason, note, action } = occurrence;
  return { ...occurrence, reason: cut(reason, 128), note: cut(note, 1024), action: cut(action, 128) };
}

/** How often and when something happened, in milliseconds since 1970. */
export interface Times {
  readonly count: number;
  readonly firstEpochMs: number;
  readonly lastEpochMs: number;
}

/** A new events.k8s.io/v1 Event with a name of its own, beside the object or, for one without namespace, in `default`. */
export function eventObject(occurrence: Occurrence, reporter: Reporter, times: Times): KubeObject {
  const { regarding, type, reason, note, action } = occurrence;
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: eventName(regarding.name, times.firstEpochMs), namespace: regarding.namespace ?? "default" },
    eventTime: microTime(times.firstEpochMs),
    reportingController: reporter.component,
    reportingInstance: cut(reporter.instance, 128),
    type,
    reason,
    action,
    note,
    regarding,
    ...(times.count > 1 ? { series: seriesOf(times) } : {}),
  };
}

/** The `series` that says how often it happened; the API server takes it from two times on. */
export function seriesOf({ count, lastEpochMs }: Times): EventSeries {
  return { count, lastObservedTime: microTime(lastEpochMs) };
}

/** Some kinds have names with colons, which the name of an event must not have. */
function eventName(name: string, epochMs: number): string {
  const prefix = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name) ? name.slice(0, 220).replace(/[-.]+$/, "") : "event";
  return `${prefix}.${epochMs.toString(16)}${randomBytes(4).toString("hex")}`;
}

/** The text, or its beginning with an ellipsis, in at most so many bytes of UTF-8; no character is cut in two. */
function cut(text: string, bytes: number): string {
  const whole = Buffer.from(text);
  if (whole.length <= bytes) return text;
  let end = bytes - 3;
  while (end > 0 && ((whole[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${whole.toString("utf8", 0, end)}…`;
}
