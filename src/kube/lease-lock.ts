import type { Logger } from "pino";
import { isAlreadyExists, isConflict, isNotFound } from "./api-error.ts";
import type { Clock } from "./clock.ts";
import { leases } from "./kinds.ts";
import { claimedLease, firstLease, holderOf, releasedLease, specOf } from "./lease-record.ts";
import type { Kind, KubeObject, ObjectKey } from "./object.ts";

/** A request that may be given up. */
export interface Abortable {
  readonly signal: AbortSignal;
}

/** What leader election needs of the API server. */
export interface LeaseClient {
  get(kind: Kind, key: ObjectKey, options: Abortable): Promise<KubeObject | undefined>;
  create(kind: Kind, object: KubeObject, options: Abortable): Promise<KubeObject>;
  update(kind: Kind, object: KubeObject, options: Abortable): Promise<KubeObject>;
}

/** Whose Lease it is: "taken" by another process; "again" when somebody wrote meanwhile or the server did not answer. */
type Attempt = "held" | "taken" | "again";

/** How to make a lock. */
export interface LeaseLockOptions {
  readonly client: LeaseClient;
  readonly key: ObjectKey;
  readonly identity: string;
  readonly durationMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One Lease, as one process tries to hold it. */
export interface LeaseLock {
  /** Tries once to acquire or renew the Lease; each request may take so many milliseconds. It never rejects. */
  attempt(timeoutMs: number): Promise<Attempt>;
  /** Empties the Lease if this process holds it; a failure is logged only, because the Lease runs out anyway. */
  release(timeoutMs: number): Promise<void>;
  /** The identity that was last seen to hold the Lease. */
  holder(): string | undefined;
  /** When the request was sent that last renewed the Lease, on the clock's scale: others cannot have seen it earlier. */
  renewedAt(): number;
}

/** The Lease as last seen, and when this content was first seen on our own clock: the other's clock is never trusted. */
interface Observed {
  readonly lease: KubeObject;
  readonly content: string;
  readonly seenAt: number;
}

interface State extends LeaseLockOptions {
  timeoutMs: number;
  observed: Observed | undefined;
  renewedAt: number;
  /** True from the first failed request to the next answer, so that an outage is one warning. */
  failing: boolean;
}

/** Makes a lock on one Lease; it asks the server nothing until `attempt`. */
export function createLeaseLock(options: LeaseLockOptions): LeaseLock {
  const state: State = { ...options, timeoutMs: 0, observed: undefined, renewedAt: 0, failing: false };
  return {
    attempt: (timeoutMs) => attempt(state, timeoutMs),
    release: (timeoutMs) => release(state, timeoutMs),
    holder: () => state.observed && holderOf(state.observed.lease),
    renewedAt: () => state.renewedAt,
  };
}

async function attempt(state: State, timeoutMs: number): Promise<Attempt> {
  state.timeoutMs = timeoutMs;
  try {
    const result = (await renewLastSeen(state)) ?? (await acquireOrRenew(state));
    state.failing = false;
    return result;
  } catch (error) {
    if (isConflict(error) || isAlreadyExists(error)) return "again";
    state.log[state.failing ? "debug" : "warn"]({ err: error }, "cannot acquire or renew the leader lease");
    state.failing = true;
    return "again";
  }
}

/** The short way of a holder: writes without reading first. Undefined when somebody else wrote meanwhile. */
async function renewLastSeen(state: State): Promise<Attempt | undefined> {
  const lease = state.observed?.lease;
  if (lease === undefined || holderOf(lease) !== state.identity) return undefined;
  try {
    return await claim(state, lease);
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return undefined;
    throw error;
  }
}

async function acquireOrRenew(state: State): Promise<Attempt> {
  const lease = await within(state, (options) => state.client.get(leases, state.key, options));
  if (lease !== undefined) observe(state, lease);
  return isHeldByOther(state, lease) ? "taken" : claim(state, lease);
}

async function claim(state: State, lease: KubeObject | undefined): Promise<Attempt> {
  const { client, clock, identity, durationMs } = state;
  const wish = { identity, durationMs, epochMs: clock.epoch() };
  const sentAt = clock.now();
  const claimed = await within(state, (options) =>
    lease === undefined
      ? client.create(leases, firstLease(state.key, wish), options)
      : client.update(leases, claimedLease(lease, wish), options),
  );
  observe(state, claimed);
  state.renewedAt = sentAt;
  return "held";
}

/** Another one's claim counts until its own duration has passed without a change that we saw. */
function isHeldByOther({ observed, identity, clock, durationMs }: State, lease: KubeObject | undefined): boolean {
  const holder = lease && holderOf(lease);
  if (observed === undefined || lease === undefined || holder === undefined || holder === identity) return false;
  const seconds = specOf(lease).leaseDurationSeconds;
  return clock.now() < observed.seenAt + (seconds === undefined ? durationMs : seconds * 1000);
}

function observe(state: State, lease: KubeObject): void {
  const content = JSON.stringify(specOf(lease));
  const before = state.observed;
  const seenAt = before?.content === content ? before.seenAt : state.clock.now();
  state.observed = { lease, content, seenAt };
  const leader = holderOf(lease);
  if (leader !== (before && holderOf(before.lease))) state.log.info({ leader }, "the leader changed");
}

async function release(state: State, timeoutMs: number, tries = 2): Promise<void> {
  state.timeoutMs = timeoutMs;
  try {
    const lease = await within(state, (options) => state.client.get(leases, state.key, options));
    if (lease === undefined || holderOf(lease) !== state.identity) return;
    const released = releasedLease(lease, state.clock.epoch());
    observe(state, await within(state, (options) => state.client.update(leases, released, options)));
  } catch (error) {
    if (isConflict(error) && tries > 1) return release(state, timeoutMs, tries - 1);
    state.log.warn({ err: error }, "cannot give the leader lease back");
  }
}

/** The answer, or a rejection when it takes longer than an attempt may: a request that hangs must not outlive the Lease. */
function within<T>({ clock, timeoutMs }: State, request: (options: Abortable) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = new AbortController();
    const cancel = clock.after(timeoutMs, () => {
      const late = new Error(`no answer within ${Math.round(timeoutMs)} ms`);
      abort.abort(late);
      reject(late);
    });
    request({ signal: abort.signal }).finally(cancel).then(resolve, reject);
  });
}
