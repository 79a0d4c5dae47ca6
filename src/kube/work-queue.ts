import { type Cancel, type Clock, systemClock } from "./clock.ts";
import { createRateLimiter, type RateLimiter, type RateLimits } from "./rate-limiter.ts";

/** Is told what happens in a work queue, for metrics. */
export interface QueueObserver {
  /** Is called once, with a function that tells for how many milliseconds each key in work has been there. */
  watch(inWorkMs: () => readonly number[]): void;
  /** A key was added that did not wait already. */
  added(): void;
  /** So many keys wait now. */
  depth(length: number): void;
  /** A key was taken after it waited so long, in milliseconds. */
  taken(waitedMs: number): void;
  /** A key was in work for so long, in milliseconds. */
  finished(workedMs: number): void;
  /** A key was given a delay. */
  retried(): void;
}

/** A deduplicating queue of keys with client-go's semantics. */
export interface WorkQueue<T extends string> {
  /** Adds the key unless it waits already; one that is in work comes back after `done`. */
  add(key: T): void;
  /** Adds the key after so many milliseconds; of several such wishes for one key the earliest counts. */
  addAfter(key: T, ms: number): void;
  /** Adds the key after the delay that its failures and the overall rate ask for. */
  addRateLimited(key: T): void;
  /** Forgets the key's failures; does not take it out of the queue. */
  forget(key: T): void;
  /** The next key, which is in work until `done`; undefined at once after `shutDown`, even if keys still wait. */
  get(): Promise<T | undefined>;
  /** Ends the work on a key that `get` gave. */
  done(key: T): void;
  /** How often the key was added with a rate limit since it was last forgotten. */
  numRequeues(key: T): number;
  /** How many keys wait, without those in work and those with a delay. */
  readonly length: number;
  /** Drops every waiting key, ignores further ones and lets everyone who waits in `get` go. */
  shutDown(): void;
}

/** How to make a work queue; all may be left out. */
export interface WorkQueueOptions {
  readonly limits?: RateLimits | undefined;
  readonly observer?: QueueObserver | undefined;
  readonly clock?: Clock | undefined;
}

interface Delayed {
  readonly due: number;
  readonly cancel: Cancel;
}

/** The maps hold the time of `add` (`ready`, `again`) or of `get` (`working`) and keep the order of insertion. */
interface State<T extends string> {
  readonly clock: Clock;
  readonly limiter: RateLimiter;
  readonly observer: QueueObserver | undefined;
  readonly ready: Map<T, number>;
  readonly working: Map<T, number>;
  readonly again: Map<T, number>;
  readonly delayed: Map<T, Delayed>;
  readonly takers: ((key: T | undefined) => void)[];
  stopped: boolean;
}

/** Makes an empty work queue. */
export function createWorkQueue<T extends string>(options: WorkQueueOptions = {}): WorkQueue<T> {
  const { limits = {}, observer, clock = systemClock } = options;
  const state: State<T> = {
    clock,
    limiter: createRateLimiter(limits, clock),
    observer,
    ready: new Map(),
    working: new Map(),
    again: new Map(),
    delayed: new Map(),
    takers: [],
    stopped: false,
  };
  observer?.watch(() => [...state.working.values()].map((since) => clock.now() - since));
  return {
    add: (key) => add(state, key),
    addAfter: (key, ms) => addAfter(state, key, ms),
    addRateLimited: (key) => addAfter(state, key, state.limiter.when(key)),
    forget: (key) => state.limiter.forget(key),
    get: () => get(state),
    done: (key) => done(state, key),
    numRequeues: (key) => state.limiter.numRequeues(key),
    get length() {
      return state.ready.size;
    },
    shutDown: () => shutDown(state),
  };
}

function add<T extends string>(state: State<T>, key: T): void {
  if (state.stopped || state.ready.has(key) || state.again.has(key)) return;
  state.observer?.added();
  (state.working.has(key) ? state.again : state.ready).set(key, state.clock.now());
  handOut(state);
}

function addAfter<T extends string>(state: State<T>, key: T, ms: number): void {
  if (state.stopped) return;
  state.observer?.retried();
  const known = state.delayed.get(key);
  if (!(ms > 0)) {
    // The earliest counts: what was to come later has come now.
    known?.cancel();
    state.delayed.delete(key);
    return add(state, key);
  }
  const due = state.clock.now() + ms;
  if (known !== undefined && known.due <= due) return;
  known?.cancel();
  const cancel = state.clock.after(ms, () => {
    state.delayed.delete(key);
    add(state, key);
  });
  state.delayed.set(key, { due, cancel });
}

function get<T extends string>(state: State<T>): Promise<T | undefined> {
  if (state.stopped) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    state.takers.push(resolve);
    handOut(state);
  });
}

function done<T extends string>(state: State<T>, key: T): void {
  const since = state.working.get(key);
  if (since === undefined) return;
  state.working.delete(key);
  state.observer?.finished(state.clock.now() - since);
  const addedAt = state.again.get(key);
  if (addedAt === undefined) return;
  state.again.delete(key);
  state.ready.set(key, addedAt);
  handOut(state);
}

/** Gives waiting keys to those who wait for one, first come first served on both sides. */
function handOut<T extends string>(state: State<T>): void {
  for (const [key, addedAt] of state.ready) {
    const taker = state.takers.shift();
    if (taker === undefined) break;
    const now = state.clock.now();
    state.ready.delete(key);
    state.working.set(key, now);
    state.observer?.taken(now - addedAt);
    taker(key);
  }
  state.observer?.depth(state.ready.size);
}

function shutDown<T extends string>(state: State<T>): void {
  state.stopped = true;
  for (const { cancel } of state.delayed.values()) cancel();
  for (const keys of [state.delayed, state.ready, state.again]) keys.clear();
  for (const taker of state.takers.splice(0)) taker(undefined);
  state.observer?.depth(0);
}
