import type { ClusterStatus, Condition, ConditionType } from "../../src/cluster/api/status.ts";
import { storedStatus } from "../../src/cluster/status.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import type { ControlPlaneAccess } from "./control-plane.ts";
import { eventually } from "./eventually.ts";
import { getObject } from "./operator.ts";

/** A OnecloudCluster on a control plane. */
export interface ClusterAt {
  readonly plane: ControlPlaneAccess;
  readonly namespace: string;
  readonly name: string;
}

/** Applies an object as a person does; rejects with what kubectl says when the API server refuses it. */
export async function applyObject(plane: ControlPlaneAccess, object: KubeObject): Promise<void> {
  await plane.kubectl(["apply", "--filename", "-"], JSON.stringify(object));
}

/** Changes fields of a cluster's spec; `null` takes a field out. */
export async function patchSpec({ plane, namespace, name }: ClusterAt, spec: object): Promise<void> {
  const patch = JSON.stringify({ spec });
  const cluster = `onecloudcluster/${name}`;
  await plane.kubectl(["patch", cluster, "--namespace", namespace, "--type", "merge", "--patch", patch]);
}

/** Changes an object that the operator made, as somebody does who should not. */
export async function editByHand({ plane, namespace }: ClusterAt, what: string, patch: object): Promise<void> {
  const text = JSON.stringify(patch);
  await plane.kubectl(["patch", what, "--namespace", namespace, "--type", "merge", "--patch", text]);
}

/** The cluster's status as stored. */
export async function readStatus({ plane, namespace, name }: ClusterAt): Promise<Partial<ClusterStatus>> {
  return storedStatus(await getObject(plane, namespace, `onecloudcluster/${name}`));
}

/** Resolves with the status once the check over it holds: it does not throw and does not return false. */
export async function untilStatus(
  cluster: ClusterAt,
  check: (status: Partial<ClusterStatus>) => unknown,
): Promise<Partial<ClusterStatus>> {
  return await eventually(
    async () => {
      const status = await readStatus(cluster);
      if ((await check(status)) !== false) return status;
      throw new Error(`the status is ${JSON.stringify(status)}`);
    },
    { interval: 250 },
  );
}

/** One condition of a status. */
export function conditionIn(status: Partial<ClusterStatus>, type: ConditionType): Condition | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

/** Resolves with the condition of the cluster once its reason is the given one. */
export async function untilReason(cluster: ClusterAt, type: ConditionType, reason: string): Promise<Condition> {
  const status = await untilStatus(cluster, (now) => conditionIn(now, type)?.reason === reason);
  const condition = conditionIn(status, type);
  if (condition === undefined) throw new Error(`there is no condition ${type}`);
  return condition;
}
