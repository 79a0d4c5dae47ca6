import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Api, type ApiObject, ApiRefusal, mergePatch, type WatchEvent } from "./api.ts";

const provisioner = "onecloud.yunion.io/local-control-plane";
const nodeAnnotation = "volume.kubernetes.io/selected-node";
const provisionedLabel = "local-control-plane/provisioned";

/**
 * The storage classes of a control plane. Volumes of `local-path` grow when their claim asks for more; those of `local-fixed` do not,
 * the API server refuses it; those of `local-immediate` do not wait for a pod.
 */
export const storageClasses = {
  "local-path": { volumeBindingMode: "WaitForFirstConsumer", allowVolumeExpansion: true },
  "local-fixed": { volumeBindingMode: "WaitForFirstConsumer", allowVolumeExpansion: false },
  "local-immediate": { volumeBindingMode: "Immediate", allowVolumeExpansion: true },
} as const;

interface Claim extends ApiObject {
  readonly metadata: ApiObject["metadata"] & { readonly uid: string; readonly namespace: string };
  readonly spec: {
    readonly storageClassName?: string;
    readonly accessModes: readonly string[];
    readonly volumeMode?: string;
    readonly volumeName?: string;
    readonly resources: { readonly requests: { readonly storage: string } };
  };
  readonly status?: { readonly phase?: string; readonly capacity?: { readonly storage?: string } };
}

interface List<T> {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly T[];
}

/** Creates the storage classes. */
export async function createStorageClasses(api: Api): Promise<void> {
  for (const [name, behaviour] of Object.entries(storageClasses)) {
    const body = {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name },
      provisioner,
      ...behaviour,
    };
    await api.call("POST", "/apis/storage.k8s.io/v1/storageclasses", { body: { ...body, reclaimPolicy: "Delete" } });
  }
}

/**
 * Provides volumes for the claims of the storage classes: makes a volume when the claim may have one, raises its size with the claim's
 * request, and takes it away with the claim. Runs until the signal is aborted and never rejects: while the API server is away it tries
 * again. The volumes are paths below `directory` that nobody ever opens.
 */
export async function provisionVolumes(api: Api, directory: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // Whatever cut the connection, listing anew shows what was missed.
    await followClaims(api, directory, signal).catch(() => undefined);
    await delay(200, undefined, { signal }).catch(() => undefined);
  }
}

async function followClaims(api: Api, directory: string, signal: AbortSignal): Promise<void> {
  const path = "/api/v1/persistentvolumeclaims";
  const claims = await api.call<List<Claim>>("GET", path);
  await removeOrphans(api, claims.items);
  for (const claim of claims.items) await follow(api, { type: "ADDED", object: claim }, directory);
  const watched = `${path}?watch=1&resourceVersion=${claims.metadata.resourceVersion}`;
  for await (const event of api.watch<Claim>(watched, signal)) {
    if (event.type === "ERROR") return;
    await follow(api, event, directory);
  }
}

/** Does what the event asks for. A refusal of the server is told and left, so that one claim does not hold up the others. */
async function follow(api: Api, { type, object }: WatchEvent<Claim>, directory: string): Promise<void> {
  try {
    if (type === "DELETED") await removeVolume(api, volumeOf(object));
    else await provide(api, object, directory);
  } catch (error) {
    const refused = error instanceof ApiRefusal && error.status < 500 && error.status !== 429;
    if (!refused) throw error;
    process.stderr.write(`providing the volume ${volumeOf(object)}: ${error.message}\n`);
  }
}

async function provide(api: Api, claim: Claim, directory: string): Promise<void> {
  const behaviour = Object.entries(storageClasses).find(([name]) => name === claim.spec.storageClassName)?.[1];
  if (behaviour === undefined || claim.metadata.deletionTimestamp !== undefined) return;
  const bound = claim.spec.volumeName;
  if (bound === volumeOf(claim)) return grow(api, claim);
  const mayBind =
    behaviour.volumeBindingMode === "Immediate" || claim.metadata.annotations?.[nodeAnnotation] !== undefined;
  if (bound === undefined && mayBind) await createVolume(api, claim, directory);
}

async function createVolume(api: Api, claim: Claim, directory: string): Promise<void> {
  const { name, namespace, uid } = claim.metadata;
  const node = claim.metadata.annotations?.[nodeAnnotation];
  const affinity = { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] };
  const body = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: volumeOf(claim),
      labels: { [provisionedLabel]: "true" },
      // Tells the binder that taking the volume away is our work.
      annotations: { "pv.kubernetes.io/provisioned-by": provisioner },
    },
    spec: {
      capacity: { storage: claim.spec.resources.requests.storage },
      accessModes: claim.spec.accessModes,
      volumeMode: claim.spec.volumeMode ?? "Filesystem",
      storageClassName: claim.spec.storageClassName,
      persistentVolumeReclaimPolicy: "Delete",
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name, uid },
      hostPath: { path: join(directory, volumeOf(claim)), type: "DirectoryOrCreate" },
      ...(node === undefined ? {} : { nodeAffinity: { required: { nodeSelectorTerms: [affinity] } } }),
    },
  };
  await tolerating(409, api.call("POST", "/api/v1/persistentvolumes", { body }));
}

async function grow(api: Api, claim: Claim): Promise<void> {
  const { storage } = claim.spec.resources.requests;
  if (claim.status?.phase !== "Bound" || claim.status.capacity?.storage === storage) return;
  const { name, namespace } = claim.metadata;
  const volume = { spec: { capacity: { storage } } };
  await api.call("PATCH", `/api/v1/persistentvolumes/${volumeOf(claim)}`, { body: volume, type: mergePatch });
  const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}/status`;
  await tolerating(404, api.call("PATCH", path, { body: { status: { capacity: { storage } } }, type: mergePatch }));
}

/** Removes the volumes whose claims went away while nobody watched. */
async function removeOrphans(api: Api, claims: readonly Claim[]): Promise<void> {
  const volumes = await api.call<List<ApiObject>>("GET", `/api/v1/persistentvolumes?labelSelector=${provisionedLabel}`);
  const kept = new Set(claims.map((claim) => volumeOf(claim)));
  for (const { metadata } of volumes.items) if (!kept.has(metadata.name)) await removeVolume(api, metadata.name);
}

async function removeVolume(api: Api, name: string): Promise<void> {
  await tolerating(404, api.call("DELETE", `/api/v1/persistentvolumes/${name}`));
}

function volumeOf(claim: Claim): string {
  return `pvc-${claim.metadata.uid}`;
}

async function tolerating(status: number, answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.status !== status) throw error;
  }
}
