import type { Logger } from "pino";
import { type Clock, keepAliveClock, sleep } from "./clock.ts";
import { createLeaseLock, type LeaseClient, type LeaseLock } from "./lease-lock.ts";
import { keyText } from "./object.ts";

/** Is told whether this process leads. */
export interface LeaderElectionMetrics {
  leading(isLeader: boolean): void;
}

/** Why a term ended: the Lease was lost, or it is given back because the process stops. */
export type EndOfTerm = "lost" | "released";

/** How to make a leader election. */
export interface LeaderElectionOptions {
  readonly client: LeaseClient;
  /** Namespace and name of the Lease. */
  readonly namespace: string;
  readonly name: string;
  /** Names this process; no other process may use the same one. */
  readonly identity: string;
  /** How long others wait after they saw the last renewal, in milliseconds; 15 000. */
  readonly leaseDurationMs?: number | undefined;
  /** How long the leader goes on without a renewal, in milliseconds; 10 000. */
  readonly renewDeadlineMs?: number | undefined;
  /** Time between two tries, in milliseconds, give or take a fifth; 2 000. */
  readonly retryPeriodMs?: number | undefined;
  readonly logger: Logger;
  /** Is called when this process became leader; the signal is aborted when its term ends. A failure ends the term. */
  readonly onStarted: (signal: AbortSignal) => void | Promise<void>;
  /**
   * Is called once when the term ended. With "released" the Lease is still held and renewed until this and `onStarted`
   * have resolved, and is given back then; with "lost" another process may lead already, so all work has to end at once.
   */
  readonly onStopped?: ((reason: EndOfTerm) => void | Promise<void>) | undefined;
  readonly metrics?: LeaderElectionMetrics | undefined;
  readonly clock?: Clock | undefined;
}

/** Leader election by one Lease, with client-go's semantics. */
export interface LeaderElection {
  /**
   * Waits for the Lease and keeps it. Resolves after `onStopped` when the signal was aborted (the Lease is given back) or the
   * Lease was lost; rejects with what `onStarted` or `onStopped` threw. It is to be called once.
   */
  run(signal: AbortSignal): Promise<void>;
  /** True while this process leads and no other process can believe that it does. */
  isLeader(): boolean;
  /** The identity that was last seen to hold the Lease. */
  leader(): string | undefined;
}

interface Election {
  readonly options: LeaderElectionOptions;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lock: LeaseLock;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
  leading: boolean;
}

/** Makes a leader election; nothing happens until `run`. Throws a RangeError when the three times do not fit together. */
export function createLeaderElection(options: LeaderElectionOptions): LeaderElection {
  const { client, identity, namespace, name, clock = keepAliveClock } = options;
  const { leaseDurationMs = 15_000, renewDeadlineMs = 10_000, retryPeriodMs = 2_000 } = options;
  if (!(leaseDurationMs > renewDeadlineMs && renewDeadlineMs > 1.2 * retryPeriodMs && retryPeriodMs > 0)) {
    throw new RangeError("leader election needs lease duration > renew deadline > 1.2 × retry period > 0");
  }
  const key = { namespace, name };
  const log = options.logger.child({ lease: keyText(key), identity });
  const lock = createLeaseLock({ client, key, identity, durationMs: leaseDurationMs, clock, log });
  const election: Election = { options, clock, log, lock, renewDeadlineMs, retryPeriodMs, leading: false };
  return {
    run: (signal) => run(election, signal),
    isLeader: () => election.leading && clock.now() < lock.renewedAt() + leaseDurationMs,
    leader: () => lock.holder(),
  };
}

async function run(election: Election, signal: AbortSignal): Promise<void> {
  const { clock, lock, log, options } = election;
  options.metrics?.leading(false);
  log.info("attempting to acquire the leader lease");
  while (!signal.aborted) {
    const attempt = await lock.attempt(requestTimeout(election));
    if (attempt === "held") return signal.aborted ? lock.release(requestTimeout(election)) : lead(election, signal);
    await sleep(clock, jittered(election.retryPeriodMs), signal);
  }
}

/** One term as leader, from the start of the work to its end. */
async function lead(election: Election, signal: AbortSignal): Promise<void> {
  const { onStarted, onStopped } = election.options;
  setLeading(election, true);
  const term = new AbortController();
  const ending = new AbortController();
  const end = (): void => ending.abort();
  signal.addEventListener("abort", end, { once: true });
  const work = (async () => onStarted(term.signal))();
  work.catch(end);
  const outcome = await keep(election, ending.signal);
  signal.removeEventListener("abort", end);
  term.abort(new Error(outcome === "lost" ? "the leader lease was lost" : "this process stops leading"));
  if (outcome === "released") return handOver(election, work);
  setLeading(election, false);
  election.log.error("the leader lease was lost");
  await onStopped?.("lost");
}

/** Keeps the Lease until the work has ended, so that nobody else starts meanwhile, and gives it back then. */
async function handOver(election: Election, work: Promise<void>): Promise<void> {
  const { lock, log, options } = election;
  const drained = new AbortController();
  const stopped = (async () => options.onStopped?.("released"))();
  const ends = Promise.allSettled([work, stopped]).finally(() => drained.abort());
  const outcome = await keep(election, drained.signal);
  const failed = (await ends).find((end) => end.status === "rejected");
  setLeading(election, false);
  if (outcome === "released") await lock.release(requestTimeout(election));
  else log.warn("the leader lease was lost while the work ended");
  if (failed !== undefined) throw failed.reason;
}

/** Renews the Lease until the signal is aborted or it is lost. */
async function keep(election: Election, until: AbortSignal): Promise<EndOfTerm> {
  const { clock, lock, renewDeadlineMs, retryPeriodMs } = election;
  const remaining = (): number => lock.renewedAt() + renewDeadlineMs - clock.now();
  while (!until.aborted) {
    await sleep(clock, Math.min(jittered(retryPeriodMs), remaining()), until);
    if (until.aborted) break;
    if (remaining() <= 0) return "lost";
    const attempt = await lock.attempt(Math.min(requestTimeout(election), remaining()));
    if (attempt === "taken") return "lost";
  }
  return "released";
}

function setLeading(election: Election, leading: boolean): void {
  election.leading = leading;
  election.options.metrics?.leading(leading);
  election.log.info(leading ? "this process leads" : "this process no longer leads");
}

/** Half the renew deadline, so that one request without an answer leaves time for another. */
function requestTimeout(election: Election): number {
  return election.renewDeadlineMs / 2;
}

/** Processes that wait for one Lease must not ask for it all at once. */
function jittered(ms: number): number {
  return ms * (0.8 + 0.4 * Math.random());
}
