import { createLeaderElection, type LeaderElection, type LeaderElectionOptions } from "../../src/kube/lease.ts";
import { type LeaseStore, leaseStore } from "./lease-store.ts";
import { type ManualClock, manualClock } from "./manual-clock.ts";
import { recordingLogger } from "./recording-logger.ts";

/** One process that wants to lead, and what happened to it. */
export interface Candidate {
  readonly election: LeaderElection;
  readonly happened: readonly string[];
  /** Asks it to stop, as SIGTERM does. */
  stop(): void;
  /** Settles when `run` does. */
  readonly ended: Promise<unknown>;
  /** How many warnings and errors it logged. */
  readonly warnings: () => number;
}

/** A server and the time that all processes share. */
export interface World {
  readonly store: LeaseStore;
  readonly clock: ManualClock;
}

/** Makes a server without a Lease, and a time. */
export function world(): World {
  const clock = manualClock();
  return { store: leaseStore(clock), clock };
}

/** Starts a process that runs for the Lease `ns/lock`. */
export function candidate(
  { store, clock }: World,
  identity: string,
  options: Partial<LeaderElectionOptions> = {},
): Candidate {
  const happened: string[] = [];
  const abort = new AbortController();
  const log = recordingLogger();
  const election = createLeaderElection({
    client: store.client,
    namespace: "ns",
    name: "lock",
    identity,
    logger: log.logger,
    clock,
    onStarted: (signal) => {
      happened.push("started");
      signal.addEventListener("abort", () => void happened.push("aborted"));
    },
    onStopped: (reason) => void happened.push(reason),
    ...options,
  });
  const ended = election.run(abort.signal).then(
    () => void happened.push("ended"),
    (error: Error) => void happened.push(`failed: ${error.message}`),
  );
  return { election, happened, stop: () => abort.abort(), ended, warnings: () => log.lines(40).length };
}
