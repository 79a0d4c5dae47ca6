import type { ObjectMeta, OwnerReference } from "../../kube/object.ts";
import type { Cluster } from "../api/cluster.ts";
import { apiVersion, kind } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";
import { labelsOf } from "../api/scope.ts";

/** The reference with which an object belongs to its cluster and is removed with it. */
export function ownerReference(cluster: Cluster): OwnerReference {
  return { apiVersion, kind, name: cluster.name, uid: cluster.uid, controller: true, blockOwnerDeletion: true };
}

/** Metadata of an object that can be made again: it is owned by the cluster. */
export function metadata(s: Scope, name: string): ObjectMeta {
  return { ...dataMetadata(s, name), ownerReferences: [ownerReference(s.cluster)] };
}

/** Metadata of data, which survives the cluster: labels, but no owner. */
export function dataMetadata(s: Scope, name: string): ObjectMeta {
  return { name, namespace: s.cluster.namespace, labels: labelsOf(s) };
}
