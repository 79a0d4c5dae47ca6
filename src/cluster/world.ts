import type { Client } from "../kube/client.ts";
import { isForbidden, isInvalid } from "../kube/api-error.ts";
import type { Informer } from "../kube/informer.ts";
import type { Recorder } from "../kube/events.ts";
import { configMaps, namespaces } from "../kube/kinds.ts";
import type { KubeObject } from "../kube/object.ts";
import { keyOf } from "../kube/object.ts";
import { announce } from "./announce.ts";
import { apiVersion, credentialsName, fieldManagers, kind } from "./api/names.ts";
import type { ClusterStatus } from "./api/status.ts";
import type { Component } from "./components/component.ts";
import type { FinalizerWriter } from "./deletion/finalizer.ts";
import { liveStore } from "./live-store.ts";
import { pauseOf } from "./pause.ts";
import type { DefaultsWriter } from "./prepare/defaults.ts";
import { PreparationError } from "./prepare/preparation-error.ts";
import type { ClusterWriter } from "./prepare/release.ts";
import type { World } from "./pass.ts";
import { podLooks } from "./pod-looks.ts";
import { rightsOf } from "./rights.ts";
import { createContests } from "./sync/contests.ts";
import { workloadAt } from "./sync/kinds.ts";
import { recentPlans } from "./sync/recent-plans.ts";
import { validateSpec } from "./validate.ts";
import type { Watches } from "./watches.ts";
import { clusters } from "./watches.ts";

/** What the world of passes is made of. */
export interface WorldParts {
  readonly client: Client;
  readonly watches: Watches;
  readonly recorder: Recorder;
  readonly components: readonly Component[];
  readonly kubernetesMinor: number;
  readonly deletionDeadlineMs: number;
}

/** The world around passes on a real API server. */
export function createWorld(parts: WorldParts): World {
  const { client, watches, recorder, components, kubernetesMinor } = parts;
  const store = liveStore(client, watches.children);
  const claims = watches.children.get("PersistentVolumeClaim");
  return {
    components,
    store,
    rights: rightsOf(watches),
    defaults: defaultsWriter(client, watches),
    contests: createContests(() => performance.now()),
    clusterOf: (key) => watches.clusters.get(key),
    clustersIn: (namespace) => watches.clusters.list(namespace),
    surroundings: (namespace) => ({
      nodes: seen(watches.nodes),
      kubernetesMinor,
      claims: claims?.list(namespace) ?? [],
      storageClasses: seen(watches.storageClasses),
      workload: (name) => workloadAt(store, { namespace, name }),
    }),
    planOf: recentPlans(),
    troubledPods: podLooks(store, () => performance.now()),
    pauseOf,
    validate: validateSpec,
    writeStatus: async (object, status) => watches.clusters.remember(await writeStatus(client, object, status)),
    told: (object, happened) => announce(recorder, object, happened),
    deletion: {
      deadlineMs: parts.deletionDeadlineMs,
      isNamespaceLeaving: (namespace) => isNamespaceLeaving(client, namespace),
    },
    event: (...said) => recorder.event(...said),
    now: () => new Date(),
  };
}

/** What a watch shows; nothing while it may not look, or has not. */
function seen(watch: Informer): readonly KubeObject[] | undefined {
  return watch.hasSynced() ? watch.list() : undefined;
}

/** Who may not look waits for the deadline instead. */
async function isNamespaceLeaving(client: Pick<Client, "get">, name: string): Promise<boolean> {
  try {
    const found = await client.get(namespaces, { name });
    return found === undefined || found.metadata.deletionTimestamp !== undefined;
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return false;
  }
}

/** Whether a cluster of the reference left its credentials in a ConfigMap. */
export async function isTakenOver(client: Pick<Client, "get">, { metadata }: KubeObject): Promise<boolean> {
  const { name, namespace = "default" } = metadata;
  return (await client.get(configMaps, { namespace, name: credentialsName(name) })) !== undefined;
}

/** Defaults are applied without force: what somebody else wrote meanwhile is a conflict, and the pass is tried again. */
function defaultsWriter(client: Client, watches: Watches): DefaultsWriter & ClusterWriter & FinalizerWriter {
  return {
    setFinalizers: async (object, finalizers) => {
      const { resourceVersion, uid } = object.metadata;
      // The resourceVersion makes a change by somebody else a conflict, and a merge leaves the owners of all else as they are.
      const patch = { type: "merge", body: { metadata: { resourceVersion, uid, finalizers } } } as const;
      const stored = await client.patch(clusters, keyOf(object), patch, { fieldManager: fieldManagers.objects });
      if (stored.metadata.deletionTimestamp === undefined) watches.clusters.remember(stored);
      return stored;
    },
    replaceCluster: async (object) => {
      const stored = await client.update(clusters, object, { fieldManager: fieldManagers.defaults });
      watches.clusters.remember(stored);
      return stored;
    },
    isTakenOver: (cluster) => isTakenOver(client, cluster),
    applyDefaults: async (object) => {
      try {
        const stored = await client.apply(clusters, object, { fieldManager: fieldManagers.defaults });
        watches.clusters.remember(stored);
        return stored;
      } catch (error) {
        if (!isInvalid(error)) throw error;
        throw new PreparationError("DefaultsRefused", `the API server refuses to fill in the spec: ${error.message}`, {
          cause: error,
        });
      }
    },
  };
}

async function writeStatus(client: Client, object: KubeObject, status: ClusterStatus): Promise<KubeObject> {
  const { name, namespace = "default", uid = "" } = object.metadata;
  const applied = { apiVersion, kind, metadata: { name, namespace, uid }, status };
  return await client.apply(clusters, applied, {
    fieldManager: fieldManagers.objects,
    force: true,
    subresource: "status",
  });
}
