import { ApiError } from "../../src/kube/api-error.ts";
import type { Clock } from "../../src/kube/clock.ts";
import type { Abortable, LeaseClient } from "../../src/kube/lease-lock.ts";
import { type LeaseSpec, specOf } from "../../src/kube/lease-record.ts";
import type { KubeObject } from "../../src/kube/object.ts";

/** The API server as far as one Lease can see it: it checks resourceVersions, and can refuse or fall silent. */
export interface LeaseStore {
  readonly client: LeaseClient;
  /** What the Lease says; undefined when there is none. */
  spec(): LeaseSpec | undefined;
  /** Every holder that was written, in order, each once in a row. */
  readonly holders: readonly (string | undefined)[];
  /** Writes as somebody else. */
  write(change: (lease: KubeObject) => KubeObject): void;
  remove(): void;
  /** How the server behaves from now on: "slow" answers four seconds after it acted, "silent" neither acts nor answers. */
  become(mood: Mood): void;
  /** Lets somebody else write right after the next read. */
  disturbNextRead(): void;
  /** How many reads there were. */
  reads(): number;
}

const emptyLease: KubeObject = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "lock" } };

type Mood = "well" | "slow" | "down" | "silent";

interface State {
  lease: KubeObject | undefined;
  version: number;
  mood: Mood;
  reads: number;
  disturb: boolean;
}

/** Makes a server without a Lease. */
export function leaseStore(clock: Clock): LeaseStore {
  const state: State = { lease: undefined, version: 0, mood: "well", reads: 0, disturb: false };
  const holders: (string | undefined)[] = [];
  const put = (object: KubeObject): KubeObject => {
    state.version += 1;
    const lease = { ...object, metadata: { ...object.metadata, resourceVersion: String(state.version) } };
    state.lease = structuredClone(lease);
    const holder = specOf(lease).holderIdentity;
    if (holders.at(-1) !== holder) holders.push(holder);
    return lease;
  };
  const answer = async <T>(options: Abortable, act: () => T): Promise<T> => {
    if (state.mood === "silent") await silence(options);
    if (state.mood === "down") throw refusal(503);
    const result = act();
    if (state.mood === "slow") await new Promise<void>((resolve) => void clock.after(4_000, resolve));
    return result;
  };
  const read = (): KubeObject | undefined => {
    const lease = structuredClone(state.lease);
    state.reads += 1;
    if (state.disturb && lease !== undefined) put(lease);
    state.disturb = false;
    return lease;
  };
  const client: LeaseClient = {
    get: (_kind, _key, options) => answer(options, read),
    create: (_kind, object, options) =>
      answer(options, () => (state.lease === undefined ? put(object) : fail(409, "AlreadyExists"))),
    update: (_kind, object, options) =>
      answer(options, () => {
        const current = state.lease ?? fail(404);
        return object.metadata.resourceVersion === current.metadata.resourceVersion
          ? put(object)
          : fail(409, "Conflict");
      }),
  };
  return {
    client,
    holders,
    spec: () => state.lease && specOf(state.lease),
    write: (change) => void put(change(state.lease ?? emptyLease)),
    remove: () => void (state.lease = undefined),
    become: (mood) => void (state.mood = mood),
    disturbNextRead: () => void (state.disturb = true),
    reads: () => state.reads,
  };
}

function silence({ signal }: Abortable): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

function fail(code: number, reason?: string): never {
  throw refusal(code, reason);
}

function refusal(code: number, reason?: string): ApiError {
  const attempted = { act: "lease", method: "PUT", path: "/lease" };
  return new ApiError(attempted, reason === undefined ? { code } : { code, status: { code, reason } });
}
