import type { KubeObject } from "../../kube/object.ts";

/** How far a workload is. */
export interface Rollout {
  /**
   * `rolledOut` when all pods run the wanted template and are available; `leftToPeople` when all are available, and some
   * run an earlier template until somebody deletes them; `degraded` when they were and some are not available any more.
   */
  readonly state: "rolledOut" | "leftToPeople" | "progressing" | "degraded" | "stuck";
  readonly ready: number;
  readonly wanted: number;
}

interface Status {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly desiredNumberScheduled?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberAvailable?: number;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
}

/** The rollout of a Deployment, StatefulSet or DaemonSet; a CronJob always counts as rolled out. */
export function rolloutOf(workload: KubeObject): Rollout {
  if (workload.kind === "CronJob") return { state: "rolledOut", ready: 1, wanted: 1 };
  const status = (workload["status"] ?? {}) as Status;
  const counts = workload.kind === "DaemonSet" ? daemonCounts(status) : replicaCounts(workload, status);
  const { wanted, available } = counts;
  return { state: stateOf(workload, status, counts), ready: Math.min(available, wanted), wanted };
}

function stateOf(workload: KubeObject, status: Status, { wanted, updated, available, old }: Counts): Rollout["state"] {
  const observed = (status.observedGeneration ?? 0) >= (workload.metadata.generation ?? 1);
  const complete = observed && available >= wanted && old === 0;
  if (complete && updated >= wanted) return "rolledOut";
  return complete && isLeftToPeople(workload) ? "leftToPeople" : unfinished(status, observed);
}

/** Whether a rollout has come as far as it comes without a person. */
export function isDone({ state }: Rollout): boolean {
  return state === "rolledOut" || state === "leftToPeople";
}

function isLeftToPeople(workload: KubeObject): boolean {
  const { updateStrategy } = workload["spec"] as { readonly updateStrategy?: { readonly type?: string } };
  return updateStrategy?.type === "OnDelete";
}

interface Counts {
  readonly wanted: number;
  readonly updated: number;
  readonly available: number;
  /** Pods of an earlier template. */
  readonly old: number;
}

function daemonCounts(status: Status): Counts {
  const {
    desiredNumberScheduled: wanted = 0,
    updatedNumberScheduled: updated = 0,
    numberAvailable: available = 0,
  } = status;
  return { wanted, updated, available, old: 0 };
}

function replicaCounts(workload: KubeObject, status: Status): Counts {
  const { replicas: wanted = 1 } = workload["spec"] as { readonly replicas?: number };
  const { replicas = 0, updatedReplicas: updated = 0, availableReplicas: available = 0 } = status;
  return { wanted, updated, available, old: Math.max(0, replicas - updated) };
}

function unfinished(status: Status, observed: boolean): Rollout["state"] {
  const progressing = status.conditions?.find(({ type }) => type === "Progressing");
  if (!observed) return "progressing";
  if (progressing?.reason === "ProgressDeadlineExceeded") return "stuck";
  return progressing?.reason === "NewReplicaSetAvailable" ? "degraded" : "progressing";
}
