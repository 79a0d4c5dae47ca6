import type { KubeObject } from "../../kube/object.ts";

/** How far a workload is. */
export interface Rollout {
  /** `rolledOut` when all pods run the wanted template and are available; `degraded` when they did and some are not available any more. */
  readonly state: "rolledOut" | "progressing" | "degraded" | "stuck";
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
  const observed = (status.observedGeneration ?? 0) >= (workload.metadata.generation ?? 1);
  const { wanted, updated, available, old } =
    workload.kind === "DaemonSet" ? daemonCounts(status) : replicaCounts(workload, status);
  const done = observed && updated >= wanted && available >= wanted && old === 0;
  return { state: done ? "rolledOut" : unfinished(status, observed), ready: Math.min(available, wanted), wanted };
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
