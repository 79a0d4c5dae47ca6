import { configMaps, persistentVolumeClaims, pods, secrets } from "../../kube/kinds.ts";
import type { Kind, KubeObject } from "../../kube/object.ts";
import { applicationName, certificatesName, credentialsName, labelKeys, operatorName } from "../api/names.ts";
import { instanceOf } from "../defaults/meant.ts";
import { rows } from "../sync/kinds.ts";
import type { Leaving, Remnant, Step } from "./step.ts";

/**
 * What goes when a cluster is deleted with its data, in this order: what uses data before the data, and credentials and CA
 * last, because everything else may need them. Objects that can be made again go by themselves with the cluster.
 */
export const steps: readonly Step[] = [
  // What keystone knows of the platform goes before these, databases and their users after them.
  { reason: "DeletingWorkloads", remnants: workloadsAndPods },
  { reason: "DeletingClaims", remnants: claims },
  { reason: "DeletingCredentials", remnants: credentials },
];

const workloadKinds = rows.filter(({ workload }) => workload === true).map(({ kind }) => kind);

/**
 * Pods go with their workloads; one that does not is named. In the foreground a workload stays until its dependents are
 * gone, so that no ReplicaSet or Job makes another pod when all seem to be gone.
 */
async function workloadsAndPods(leaving: Leaving): Promise<readonly Remnant[]> {
  const { cluster, store } = leaving;
  const owned = await Promise.all(
    workloadKinds.map(async (kind) => {
      const found = await store.list(kind, cluster.metadata.namespace);
      const ours = found.filter((one) => isControlledBy(one, cluster));
      return ours.map((one) => remnant(one, () => store.delete(kind, one, "Foreground")));
    }),
  );
  const running = await labelled(pods, leaving);
  return [...owned.flat(), ...running.map((pod) => remnant(pod))];
}

async function claims(leaving: Leaving): Promise<readonly Remnant[]> {
  const found = await labelled(persistentVolumeClaims, leaving);
  return found.map((claim) => remnant(claim, () => leaving.store.delete(persistentVolumeClaims, claim)));
}

/** The objects with all labels of the cluster. Where another cluster has the same, they may as well be its own. */
async function labelled(kind: Kind, { cluster, others, store }: Leaving): Promise<readonly KubeObject[]> {
  const labels = {
    [labelKeys.name]: applicationName,
    [labelKeys.managedBy]: operatorName,
    [labelKeys.instance]: instanceOf(cluster),
  };
  if (others.some((other) => instanceOf(other) === instanceOf(cluster))) return [];
  const found = await store.list(kind, cluster.metadata.namespace, labels);
  return found.filter(({ metadata }) =>
    Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value),
  );
}

async function credentials(leaving: Leaving): Promise<readonly Remnant[]> {
  const { cluster } = leaving;
  const { name } = cluster.metadata;
  const named: readonly (readonly [Kind, string])[] = [
    ...etcdSecrets(leaving).map((secret) => [secrets, secret] as const),
    [secrets, certificatesName(name)],
    [configMaps, credentialsName(name)],
    [secrets, credentialsName(name)],
  ];
  const found = await Promise.all(named.map(([kind, secret]) => credential(kind, secret, leaving)));
  return found.flat();
}

/** The Secrets of etcd have no cluster in their names: all clusters of a namespace use the same. */
function etcdSecrets({ cluster, others }: Leaving): readonly string[] {
  if (!usesEtcdSecrets(cluster) || others.some(usesEtcdSecrets)) return [];
  return ["etcd-server", "etcd-client", "etcd-peer"];
}

function usesEtcdSecrets({ spec }: KubeObject): boolean {
  const { etcd } = (spec ?? {}) as { readonly etcd?: { readonly disable?: boolean; readonly enableTls?: boolean } };
  return etcd?.disable !== true && etcd?.enableTls !== false;
}

async function credential(kind: Kind, name: string, leaving: Leaving): Promise<readonly Remnant[]> {
  const { cluster, store } = leaving;
  const { namespace = "default" } = cluster.metadata;
  const found = await store.get(kind, { namespace, name });
  return found === undefined || isAnothers(found, leaving) ? [] : [remnant(found, () => store.delete(kind, found))];
}

function isAnothers(object: KubeObject, { cluster, others }: Leaving): boolean {
  const instance = object.metadata.labels?.[labelKeys.instance];
  const controller = object.metadata.ownerReferences?.find((owner) => owner.controller === true);
  const isControlled = controller !== undefined && controller.uid !== cluster.metadata.uid;
  return isControlled || others.some((other) => instanceOf(other) === instance);
}

function isControlledBy({ metadata }: KubeObject, cluster: KubeObject): boolean {
  return (metadata.ownerReferences ?? []).some(
    ({ controller, uid }) => controller === true && uid === cluster.metadata.uid,
  );
}

/** What finalizers of Kubernetes itself wait for; what a workload waits for is named beside it. */
const knownHolders: Readonly<Record<string, string>> = {
  foregroundDeletion: "",
  "kubernetes.io/pvc-protection": "a pod uses it",
};

/** What is left of an object that is removed so; one that is on its way out already is waited for. */
function remnant({ kind, metadata, spec }: KubeObject, remove?: () => Promise<void>): Remnant {
  const { name, finalizers = [], deletionTimestamp } = metadata;
  if (deletionTimestamp === undefined && remove !== undefined) return { name: `${kind} ${name}`, remove };
  const { nodeName } = (spec ?? {}) as { readonly nodeName?: string };
  const held = [
    ...(nodeName === undefined ? [] : [`on node ${nodeName}`]),
    ...finalizers.map((finalizer) => knownHolders[finalizer] ?? `held by its finalizer ${finalizer}`),
  ].filter((holder) => holder !== "");
  return { name: `${kind} ${name}`, ...(held.length > 0 && { held: held.join(", ") }) };
}

/**
 * Whether somebody wants what the cluster consists of to live on without it (`--cascade=orphan`): then its data is still
 * used, and stays too.
 */
export async function isOrphaning({ cluster, store }: Leaving): Promise<boolean> {
  const { uid = "", namespace, finalizers = [] } = cluster.metadata;
  if (finalizers.includes("orphan")) return true;
  if (rows.some(({ kind }) => store.owned(kind, uid).length > 0)) return false;
  const labels = { [labelKeys.managedBy]: operatorName, [labelKeys.instance]: instanceOf(cluster) };
  const running = await Promise.all(workloadKinds.map((kind) => store.list(kind, namespace, labels)));
  return running.flat().some((workload) => isLeftBehind(workload, labels));
}

function isLeftBehind({ metadata }: KubeObject, labels: Readonly<Record<string, string>>): boolean {
  const carries = Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value);
  return carries && !metadata.ownerReferences?.some(({ controller }) => controller === true);
}
