import type { Logger } from "pino";
import { isNotFound } from "./api-error.ts";
import { type Cancel, type Clock, sleep, systemClock } from "./clock.ts";
import {
  type EventType,
  eventObject,
  fitting,
  type Occurrence,
  referenceTo,
  seriesOf,
  type Times,
} from "./event-object.ts";
import { events } from "./kinds.ts";
import { keyOf, keyText, type Kind, type KubeObject, type ObjectKey } from "./object.ts";
import { createTokenBucket, type TokenBucket } from "./rate-limiter.ts";

/** A change by an RFC 7386 merge. */
interface MergePatch {
  readonly type: "merge";
  readonly body: object;
}

/** What the recorder needs of the API server. */
export interface EventClient {
  create(kind: Kind, object: KubeObject): Promise<KubeObject>;
  patch(kind: Kind, key: ObjectKey, patch: MergePatch): Promise<KubeObject>;
}

/** How to make a recorder. */
export interface RecorderOptions {
  readonly client: EventClient;
  /** `reportingController` of all events, a qualified name such as `example.com/controller`. */
  readonly component: string;
  /** `reportingInstance` of all events, for instance the pod's name. */
  readonly instance: string;
  readonly logger: Logger;
  readonly clock?: Clock | undefined;
}

/** Writes events in the background; nothing that goes wrong with them reaches the caller. */
export interface Recorder {
  /**
   * Says that something happened to an object; returns at once. What was said before within ten minutes becomes a series of
   * one event, and an object gets at most 25 different events at once and one in five minutes after that; the rest is dropped.
   */
  event(regarding: KubeObject, type: EventType, reason: string, note: string, action?: string): void;
  /** Resolves when everything said so far was written or given up, or after so many milliseconds (default 5 000). */
  flush(timeoutMs?: number): Promise<void>;
  /** Takes no further event and drops what was not written; flush first. */
  stop(): void;
}

const seriesWindowMs = 600_000;
const refreshMs = 300_000;
const bucketLimits = { burst: 25, ratePerSecond: 1 / 300 };
const maxPending = 1_000;
const maxRemembered = 4_096;

/** One event and how often it happened; the API server knows of `written` times and is just being told of `inFlight`. */
interface Series {
  readonly id: string;
  readonly occurrence: Occurrence;
  times: Times;
  lastAt: number;
  stored: ObjectKey | undefined;
  written: number;
  inFlight: number;
}

interface State {
  readonly options: RecorderOptions;
  readonly clock: Clock;
  readonly log: Logger;
  /** By what was said; the one that happened last stands last. */
  readonly series: Map<string, Series>;
  readonly buckets: Map<string, TokenBucket>;
  readonly pending: Set<Series>;
  pumping: Promise<void> | undefined;
  cancelRefresh: Cancel | undefined;
  stopped: boolean;
}

/** Makes a recorder. */
export function createRecorder(options: RecorderOptions): Recorder {
  const state: State = {
    options,
    clock: options.clock ?? systemClock,
    log: options.logger.child({ recorder: options.component }),
    series: new Map(),
    buckets: new Map(),
    pending: new Set(),
    pumping: undefined,
    cancelRefresh: undefined,
    stopped: false,
  };
  return {
    event: (...said) => {
      const [regarding, type, reason, note, action = "Reconcile"] = said;
      record(state, fitting({ regarding: referenceTo(regarding), type, reason, note, action }));
    },
    flush: (timeoutMs = 5_000) => flush(state, timeoutMs),
    stop: () => {
      state.stopped = true;
      state.cancelRefresh?.();
      state.pending.clear();
    },
  };
}

function record(state: State, occurrence: Occurrence): void {
  if (state.stopped) return;
  const { regarding, type, reason, note } = occurrence;
  const object = [regarding.kind, keyText(regarding), regarding.uid].join(" ");
  const id = JSON.stringify([object, type, reason, note]);
  const known = state.series.get(id);
  if (known !== undefined && state.clock.now() - known.lastAt <= seriesWindowMs) repeat(state, known);
  else if (bucketOf(state, object).tryTake()) begin(state, id, occurrence);
  else state.log.debug({ object, reason }, "event dropped: too many of this object");
  state.cancelRefresh ??= state.clock.after(refreshMs, () => refresh(state));
}

function begin(state: State, id: string, occurrence: Occurrence): void {
  const epochMs = state.clock.epoch();
  const times = { count: 1, firstEpochMs: epochMs, lastEpochMs: epochMs };
  const series: Series = {
    id,
    occurrence,
    times,
    lastAt: state.clock.now(),
    stored: undefined,
    written: 0,
    inFlight: 0,
  };
  remember(state.series, id, series);
  schedule(state, series);
}

/** The second time is written at once, further ones are counted and written by the next refresh. */
function repeat(state: State, series: Series): void {
  const { times } = series;
  series.times = { ...times, count: times.count + 1, lastEpochMs: state.clock.epoch() };
  series.lastAt = state.clock.now();
  remember(state.series, series.id, series);
  if (series.written < 2) schedule(state, series);
}

function bucketOf(state: State, object: string): TokenBucket {
  const bucket = state.buckets.get(object) ?? createTokenBucket({ ...bucketLimits, clock: state.clock });
  remember(state.buckets, object, bucket);
  return bucket;
}

/** Puts the entry last and forgets the first one when there are too many. */
function remember<T>(map: Map<string, T>, id: string, entry: T): void {
  map.delete(id);
  map.set(id, entry);
  if (map.size <= maxRemembered) return;
  for (const oldest of map.keys()) return void map.delete(oldest);
}

/** Lets the event be written soon; when too many wait, the next refresh tries again. */
function schedule(state: State, series: Series): void {
  if (state.pending.size >= maxPending) {
    state.log.debug({ reason: series.occurrence.reason }, "event put off: too many wait to be written");
    return;
  }
  state.pending.add(series);
  state.pumping ??= pump(state);
}

/** Writes one event after the other; what is added meanwhile is written too. */
async function pump(state: State): Promise<void> {
  for (const series of state.pending) {
    state.pending.delete(series);
    await write(state, series);
  }
  state.pumping = undefined;
}

async function write(state: State, series: Series): Promise<void> {
  const { times, occurrence } = series;
  series.inFlight = times.count;
  try {
    const patched = series.stored !== undefined && (await patchSeries(state, series.stored, times));
    if (!patched) {
      const object = eventObject(occurrence, state.options, times);
      await state.options.client.create(events, object);
      series.stored = keyOf(object);
    }
    series.written = times.count;
  } catch (error) {
    // Its namespace may be gone, or the server away: an event is not worth more than a line for whoever looks for it.
    state.log.debug({ err: error, reason: occurrence.reason }, "event not written");
    if (series.stored === undefined) state.series.delete(series.id);
  } finally {
    series.inFlight = 0;
  }
}

/** False when the event is no longer there: events live for about an hour. */
async function patchSeries(state: State, key: ObjectKey, times: Times): Promise<boolean> {
  try {
    await state.options.client.patch(events, key, { type: "merge", body: { series: seriesOf(times) } });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** Writes what was only counted, forgets what is over, and comes back as long as there is something to remember. */
function refresh(state: State): void {
  scheduleUnwritten(state);
  const over = state.clock.now() - seriesWindowMs;
  for (const series of state.series.values()) {
    if (series.lastAt < over && !state.pending.has(series)) state.series.delete(series.id);
  }
  for (const [object, bucket] of state.buckets) if (bucket.isFull()) state.buckets.delete(object);
  const idle = state.series.size + state.buckets.size === 0;
  state.cancelRefresh = idle ? undefined : state.clock.after(refreshMs, () => refresh(state));
}

function scheduleUnwritten(state: State): void {
  for (const series of state.series.values()) {
    if (series.times.count > Math.max(series.written, series.inFlight)) schedule(state, series);
  }
}

async function flush(state: State, timeoutMs: number): Promise<void> {
  const over = new AbortController();
  scheduleUnwritten(state);
  const written = state.pumping?.then(() => over.abort());
  if (written !== undefined) await sleep(state.clock, timeoutMs, over.signal);
}
