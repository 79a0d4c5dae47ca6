import type { ClusterStatus } from "../../src/cluster/api/status.ts";
import { deletionFinalizer } from "../../src/cluster/api/names.ts";
import type { Step } from "../../src/cluster/deletion/step.ts";
import type { LeavingWorld } from "../../src/cluster/leave.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { type MemoryStore, memoryStore } from "./memory-store.ts";
import { owner } from "./plain-objects.ts";

/** When the deletion of `leavingCluster` was asked for, in milliseconds since 1970. */
export const askedAt = Date.parse("2026-05-01T10:00:00Z");

/** A cluster that is being deleted with its data, with these fields laid over its spec and metadata. */
export function leavingCluster(spec: object = {}, metadata: object = {}): KubeObject {
  return {
    apiVersion: "onecloud.yunion.io/v1alpha1",
    kind: "OnecloudCluster",
    metadata: {
      ...owner,
      namespace: "onecloud",
      generation: 2,
      deletionTimestamp: "2026-05-01T10:00:00Z",
      finalizers: [deletionFinalizer],
      ...metadata,
    },
    spec: { deletionPolicy: "Delete", ...spec },
  };
}

/** The world around a cluster that is being deleted, with everything that is told or written. */
export interface LeavingTrial {
  readonly world: LeavingWorld;
  readonly store: MemoryStore;
  /** What the finalizers were set to, oldest first. */
  readonly finalizers: (readonly string[])[];
  readonly statuses: ClusterStatus[];
  /** Events as `Warning DeletionIncomplete: …`. */
  readonly events: string[];
}

/** How a trial differs from one in which ten minutes have just begun. */
export interface LeavingOptions {
  readonly objects?: readonly KubeObject[];
  readonly others?: readonly KubeObject[];
  /** Milliseconds since the deletion was asked for. */
  readonly elapsedMs?: number;
  readonly deadlineMs?: number;
  readonly isNamespaceLeaving?: boolean;
  readonly steps?: readonly Step[];
}

/** Makes a world around a cluster that is being deleted. */
export function leavingTrial(options: LeavingOptions = {}): LeavingTrial {
  const { objects = [], others = [], elapsedMs = 0, deadlineMs = 600_000, steps } = options;
  const store = memoryStore(...objects);
  const trial = { store, finalizers: [], statuses: [], events: [] } as Omit<LeavingTrial, "world">;
  const unexpected = (): Promise<never> => Promise.reject(new Error("nothing is written of a cluster that leaves"));
  const world: LeavingWorld = {
    store,
    defaults: {
      applyDefaults: unexpected,
      replaceCluster: unexpected,
      isTakenOver: unexpected,
      setFinalizers: async (object, finalizers) => {
        trial.finalizers.push(finalizers);
        return { ...object, metadata: { ...object.metadata, finalizers } };
      },
    },
    deletion: {
      deadlineMs,
      isNamespaceLeaving: () => Promise.resolve(options.isNamespaceLeaving === true),
      ...(steps !== undefined && { steps }),
    },
    clustersIn: () => others,
    writeStatus: async (_, status) => void trial.statuses.push(status),
    event: (...[, type, reason, note]) => void trial.events.push(`${type} ${reason}: ${note}`),
    now: () => new Date(askedAt + elapsedMs),
  };
  return { ...trial, world };
}
