import { isDeepStrictEqual } from "node:util";
import { serviceAccounts } from "../../kube/kinds.ts";
import type { KubeObject, OwnerReference } from "../../kube/object.ts";
import type { Cluster } from "../api/cluster.ts";
import { apiVersion, applicationName, kind, labelKeys, operatorName } from "../api/names.ts";
import type { CredentialsStore } from "./credentials.ts";

/**
 * Sees to it that the namespace has the ServiceAccount under which some services run. All clusters of a namespace share
 * it: each adds a plain owner reference, so that it goes with the last one; one that somebody else made is used as it is.
 */
export async function ensureServiceAccount(cluster: Cluster, store: CredentialsStore): Promise<void> {
  const key = { namespace: cluster.namespace, name: operatorName };
  const live = store.cached(serviceAccounts, key) ?? (await store.get(serviceAccounts, key));
  if (live === undefined) {
    await store.save(serviceAccounts, newAccount(cluster));
    return;
  }
  if (!isOurs(live)) return;
  const wanted = repaired(live, cluster);
  if (!isDeepStrictEqual(wanted, live)) await store.save(serviceAccounts, wanted);
}

const labels = { [labelKeys.name]: applicationName, [labelKeys.managedBy]: operatorName };

function repaired(live: KubeObject, cluster: Cluster): KubeObject {
  const owners = live.metadata.ownerReferences ?? [];
  const owned = owners.some(({ uid }) => uid === cluster.uid);
  const ownerReferences = owned ? owners : [...owners, plainOwner(cluster)];
  return { ...live, metadata: { ...live.metadata, labels: { ...live.metadata.labels, ...labels }, ownerReferences } };
}

function newAccount(cluster: Cluster): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: {
      name: operatorName,
      namespace: cluster.namespace,
      labels,
      ownerReferences: [plainOwner(cluster)],
    },
  };
}

function isOurs({ metadata }: KubeObject): boolean {
  const belongsToCluster = (metadata.ownerReferences ?? []).some((owner) => owner.kind === kind);
  return belongsToCluster || metadata.labels?.[labelKeys.managedBy] === operatorName;
}

function plainOwner(cluster: Cluster): OwnerReference {
  return { apiVersion, kind, name: cluster.name, uid: cluster.uid };
}
