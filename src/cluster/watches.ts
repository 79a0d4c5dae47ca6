import type { Client } from "../kube/client.ts";
import type { Change, Informer } from "../kube/informer.ts";
import { informer } from "../kube/informer.ts";
import { namespacedInformer } from "../kube/namespaced-informer.ts";
import { nodes, storageClasses } from "../kube/kinds.ts";
import type { Kind, KubeObject, ObjectKey } from "../kube/object.ts";
import { keyOf } from "../kube/object.ts";
import type { Logger } from "pino";
import { apiVersion, kind, labelKeys, operatorName, plural } from "./api/names.ts";
import { instanceOf } from "./defaults/meant.ts";
import { controllerOf, ownerIndex } from "./live-store.ts";
import { nodesText, storageClassesText } from "./prepare/facts.ts";
import type { Row } from "./sync/kinds.ts";
import { rows } from "./sync/kinds.ts";
import { tellDenial } from "./rights.ts";

/** The custom resource as a kind. */
export const clusters: Kind = { apiVersion, kind, plural, namespaced: true };

/** The caches that passes read from. */
export interface Watches {
  readonly clusters: Informer;
  readonly nodes: Informer;
  readonly storageClasses: Informer;
  /** What clusters are made of, by kind. */
  readonly children: ReadonlyMap<string, Informer>;
  /** Those without which the operator can do, where it lacks the right to look. */
  readonly optional: readonly Informer[];
  readonly all: readonly Informer[];
}

/**
 * Makes the caches, of these namespaces or of all; but for claims only what carries the operator's label is held of what
 * clusters are made of. A right that is missing is told to the log when that turns out.
 */
export function createWatches(client: Client, logger: Logger, namespaces: readonly string[] = []): Watches {
  const labelSelector = `${labelKeys.managedBy}=${operatorName}`;
  const indexers = { [ownerIndex]: controllerOf };
  // Claims without labels are looked at too: the reference makes them so.
  const selection = (row: Row): object => (row.data === true ? {} : { labelSelector });
  const children = new Map(
    rows.map((row) => [
      row.kind.kind,
      namespacedInformer(client, row.kind, { ...selection(row), namespaces, indexers, logger }),
    ]),
  );
  const clusterInformer = namespacedInformer(client, clusters, { namespaces, keepManagedFields: true, logger });
  const nodeInformer = informer(client, nodes, { transform: nodeFacts, logger });
  const classInformer = informer(client, storageClasses, { logger });
  const all = [clusterInformer, nodeInformer, classInformer, ...children.values()];
  for (const watch of all) watch.onDenied((denial) => tellDenial(logger, denial));
  const optional = [nodeInformer, classInformer];
  return { clusters: clusterInformer, nodes: nodeInformer, storageClasses: classInformer, children, optional, all };
}

/** The little of a node that facts are read from; heartbeats change nothing of it. */
function nodeFacts(node: KubeObject): KubeObject {
  const { name, uid, resourceVersion, labels } = node.metadata;
  const { capacity } = (node["status"] ?? {}) as { readonly capacity?: unknown };
  const metadata = {
    name,
    ...(uid && { uid }),
    ...(resourceVersion && { resourceVersion }),
    ...(labels && { labels }),
  };
  return { apiVersion: node.apiVersion, kind: node.kind, metadata, status: { capacity } };
}

/** Tells which clusters need a pass, whenever something that they are made of or depend on has changed. */
export function onRelevantChange(watches: Watches, enqueue: (key: ObjectKey) => void): void {
  const enqueueObject = ({ metadata: { name, namespace = "default" } }: KubeObject): void =>
    enqueue({ namespace, name });
  watches.clusters.onChange((change) => {
    if (!isStatusOnly(change)) enqueueObject(change.object);
  });
  for (const child of watches.children.values()) {
    child.onChange(({ object, old }) => {
      for (const key of [object, ...(old === undefined ? [] : [old])].flatMap((one) => clustersOf(one, watches)))
        enqueue(key);
    });
  }
  const enqueueAll = (): void => {
    for (const cluster of watches.clusters.list()) enqueueObject(cluster);
  };
  onOtherText(watches.nodes, nodesText, enqueueAll);
  onOtherText(watches.storageClasses, storageClassesText, enqueueAll);
}

/** Tells when what matters of the objects of a kind, as text, is another than before. */
function onOtherText(cache: Informer, textOf: (objects: readonly KubeObject[]) => string, tell: () => void): void {
  let seen = textOf(cache.list());
  cache.onChange(() => {
    const now = textOf(cache.list());
    if (now === seen) return;
    seen = now;
    tell();
  });
}

/** A status that the operator wrote itself is no reason for a pass. */
function isStatusOnly({ type, object, old }: Change): boolean {
  return type === "updated" && old !== undefined && wish(object) === wish(old);
}

function wish({ metadata }: KubeObject): string {
  const { labels, annotations, finalizers, generation, deletionTimestamp, uid } = metadata;
  const managers = metadata.managedFields
    ?.filter(({ subresource }) => subresource === undefined)
    .map(({ fieldsV1 }) => fieldsV1);
  return JSON.stringify([labels, annotations, finalizers, generation, deletionTimestamp, uid, managers]);
}

/** The clusters that an object belongs to: by owner, or by label where data has no owner. */
function clustersOf(object: KubeObject, watches: Watches): readonly ObjectKey[] {
  const { namespace = "default", ownerReferences = [], labels = {} } = object.metadata;
  const owners = ownerReferences.filter((owner) => owner.kind === kind).map(({ name }) => ({ namespace, name }));
  if (owners.length > 0) return owners;
  const instance = labels[labelKeys.instance];
  return watches.clusters
    .list(namespace)
    .filter((cluster) => instance === instanceOf(cluster))
    .map(keyOf);
}
