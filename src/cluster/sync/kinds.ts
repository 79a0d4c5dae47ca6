import type { Kind, KubeObject, ObjectKey } from "../../kube/object.ts";
import {
  configMaps,
  cronJobs,
  daemonSets,
  deployments,
  ingresses,
  persistentVolumeClaims,
  podDisruptionBudgets,
  secrets,
  serviceAccounts,
  services,
  statefulSets,
} from "../../kube/kinds.ts";
import type { Reconciled } from "./claims.ts";
import { claimToApply, withoutExpansion } from "./claims.ts";
import { hasOtherSelector } from "./selector.ts";
import type { Store } from "./store.ts";

/** How objects of one kind are kept in step; one apply serves all rows. */
export interface Row {
  readonly kind: Kind;
  /** What starts pods: it waits for the components before it when it does not exist yet. */
  readonly workload?: boolean;
  /** Data survives its component and its cluster. */
  readonly data?: boolean;
  /** Whether the live object must be deleted and made again to become the wanted one. */
  readonly mustReplace?: (wanted: KubeObject, live: KubeObject) => boolean;
  /** What is sent for an object that exists, where that is not simply the wanted one. */
  readonly toApply?: (wanted: KubeObject, live: KubeObject) => Reconciled;
  /** What is sent instead of what the API server has refused, where the object can do with less; `undefined` where it cannot. */
  readonly afterRefusal?: (refused: Reconciled, live: KubeObject, error: unknown) => Reconciled | undefined;
}

/** Every kind that a component may want. */
export const rows: readonly Row[] = [
  { kind: serviceAccounts },
  { kind: configMaps },
  { kind: secrets },
  { kind: persistentVolumeClaims, data: true, toApply: claimToApply, afterRefusal: withoutExpansion },
  { kind: services },
  { kind: deployments, workload: true, mustReplace: hasOtherSelector },
  { kind: statefulSets, workload: true, mustReplace: hasOtherSelector },
  { kind: daemonSets, workload: true, mustReplace: hasOtherSelector },
  { kind: cronJobs, workload: true },
  { kind: ingresses },
  { kind: podDisruptionBudgets },
];

/** The row of an object's kind. */
export function rowOf(object: KubeObject): Row {
  const row = rows.find(({ kind }) => kind.kind === object.kind && kind.apiVersion === object.apiVersion);
  if (row === undefined) throw new Error(`no row for ${object.apiVersion} ${object.kind}: add one to sync/kinds.ts`);
  return row;
}

/** The workload of that name as last seen, whatever its kind. */
export function workloadAt({ cached }: Pick<Store, "cached">, key: ObjectKey): KubeObject | undefined {
  const workloads = rows.filter(({ workload }) => workload === true);
  return workloads.map(({ kind }) => cached(kind, key)).find((live) => live !== undefined);
}
