import type { Client } from "../kube/client.ts";
import type { Informer } from "../kube/informer.ts";
import type { Kind, KubeObject } from "../kube/object.ts";
import { keyOf } from "../kube/object.ts";
import { fieldManagers, labelKeys, operatorName } from "./api/names.ts";
import type { Store } from "./sync/store.ts";

/** Name of the index over the UID of the owner that controls an object. */
export const ownerIndex = "owner";

/** UID of the owner that controls an object, for the index; a plain owner only keeps it alive. */
export function controllerOf(object: KubeObject): string[] {
  return (object.metadata.ownerReferences ?? []).filter(({ controller }) => controller === true).map(({ uid }) => uid);
}

/** All objects of a kind as the API server shows them, of one namespace and with these labels where they are given. */
export async function listed(
  client: Pick<Client, "list">,
  ...[kind, namespace, labels = {}]: Parameters<Store["list"]>
): Promise<readonly KubeObject[]> {
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join();
  const selection = { ...(namespace !== undefined && { namespace }), ...(labelSelector !== "" && { labelSelector }) };
  return (await client.list(kind, selection)).items;
}

/** Names of the objects of a kind that do not carry the operator's label. */
export async function unlabelled(
  client: Pick<Client, "list">,
  ...[kind, namespace]: Parameters<Store["unlabelled"]>
): Promise<ReadonlySet<string>> {
  const labelSelector = `${labelKeys.managedBy}!=${operatorName}`;
  const { items } = await client.list(kind, { namespace, labelSelector, metadataOnly: true });
  return new Set(items.map(({ metadata }) => metadata.name));
}

/** The store over a real API server: reads come from caches, and caches show own writes at once. */
export function liveStore(client: Client, informers: ReadonlyMap<string, Informer>): Store {
  const cacheOf = (kind: Kind): Informer | undefined => informers.get(kind.kind);
  const remembered = (kind: Kind, object: KubeObject): KubeObject => {
    cacheOf(kind)?.remember(object);
    return object;
  };
  const fieldManager = fieldManagers.objects;
  const applying = { fieldManager, force: true };
  return {
    cached: (kind, key) => cacheOf(kind)?.get(key),
    owned: (kind, uid) => cacheOf(kind)?.byIndex(ownerIndex, uid) ?? [],
    get: (kind, key) => client.get(kind, key),
    list: (...selection) => listed(client, ...selection),
    unlabelled: (...selection) => unlabelled(client, ...selection),
    apply: async (kind, object) => remembered(kind, await client.apply(kind, object, applying)),
    create: async (kind, object) => remembered(kind, await client.apply(kind, object, { ...applying, onlyNew: true })),
    save: async (kind, object) => {
      const isNew = object.metadata.resourceVersion === undefined;
      const saved = isNew
        ? client.create(kind, object, { fieldManager })
        : client.update(kind, object, { fieldManager });
      return remembered(kind, await saved);
    },
    delete: async (kind, object, propagation) => {
      const propagationPolicy = propagation ?? "Background";
      const { uid } = object.metadata;
      await client.delete(kind, keyOf(object), { propagationPolicy, ...(uid !== undefined && { uid }) });
    },
  };
}
