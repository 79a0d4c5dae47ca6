import type { JsonObject } from "../cluster/api/field.ts";
import { isMapping } from "../cluster/api/field.ts";
import { fieldManagers } from "../cluster/api/names.ts";
import type { FinalizerWriter } from "../cluster/deletion/finalizer.ts";
import { controllerOf, listed, unlabelled } from "../cluster/live-store.ts";
import type { DefaultsWriter } from "../cluster/prepare/defaults.ts";
import type { ClusterWriter } from "../cluster/prepare/release.ts";
import type { Store } from "../cluster/sync/store.ts";
import { clusters } from "../cluster/watches.ts";
import { isTakenOver } from "../cluster/world.ts";
import type { Client } from "../kube/client.ts";
import type { Kind, KubeObject, ObjectKey } from "../kube/object.ts";
import { keyOf, keyText } from "../kube/object.ts";
import type { Change } from "./masking.ts";

/** What would be written. */
export interface DryRun {
  readonly store: Store;
  readonly defaults: DefaultsWriter & ClusterWriter & FinalizerWriter;
  /** Every write so far: the object as it is, and as the API server says that it would be. */
  readonly changes: () => readonly Change[];
}

/** Objects as they are at the start, by kind. */
export type Snapshot = ReadonlyMap<string, readonly KubeObject[]>;

/**
 * Takes the place of the API server for a pass: reads come from the snapshot and the server, writes are tried on the
 * server by dry run and recorded, so that nothing changes and everything that the server would refuse is known.
 */
export function dryRun(client: Client, snapshot: Snapshot): DryRun {
  const recorded = new Map<string, Change>();
  const read = reader(client, snapshot);
  const record = (kind: Kind, before: KubeObject | undefined, after: KubeObject | undefined): void => {
    const name = nameOf(kind, before ?? after);
    recorded.set(name, { ...(before !== undefined && { before }), ...(after !== undefined && { after }) });
  };
  const write = async (kind: Kind, object: KubeObject, tried: () => Promise<KubeObject>): Promise<KubeObject> => {
    // An object that is deleted first is made from nothing, which no dry run over the live one can show.
    const earlier = recorded.get(nameOf(kind, object));
    const isDeleted = earlier !== undefined && earlier.after === undefined;
    const after = isDeleted ? object : await tried();
    record(kind, earlier?.before ?? read.cached(kind, keyOf(object)) ?? (await read.get(kind, keyOf(object))), after);
    return after;
  };
  return {
    store: {
      ...read,
      apply: (kind, object) => write(kind, object, () => client.apply(kind, object, applying)),
      create: (kind, object) => write(kind, object, () => client.apply(kind, object, { ...applying, onlyNew: true })),
      save: (kind, object) =>
        write(kind, object, () => trySave(client, kind, object).catch(read.forgetting(kind, object))),
      delete: async (kind, object) => record(kind, object, undefined),
    },
    defaults: {
      isTakenOver: (cluster) => isTakenOver(client, cluster),
      // What shall become of a cluster is no part of what it is made of, and no later write looks at it.
      setFinalizers: (object) => Promise.resolve(object),
      replaceCluster: (object) => write(clusters, object, () => tryReplace(client, object)),
      applyDefaults: (object) => {
        const released = recorded.get(nameOf(clusters, object))?.after;
        // What was released by a dry run is still held by others, so that the server would see a conflict.
        return write(clusters, object, () => (released ? filledIn(released, object) : tryDefaults(client, object)));
      },
    },
    changes: () => [...recorded.values()],
  };
}

const dry = { fieldManager: fieldManagers.objects, dryRun: true };
const applying = { ...dry, force: true };

function nameOf(kind: Kind, object: KubeObject | undefined): string {
  return object === undefined ? kind.kind : `${kind.kind} ${keyText(keyOf(object))}`;
}

function trySave(client: Client, kind: Kind, object: KubeObject): Promise<KubeObject> {
  const isNew = object.metadata.resourceVersion === undefined;
  return isNew ? client.create(kind, object, dry) : client.update(kind, object, dry);
}

function tryReplace(client: Client, object: KubeObject): Promise<KubeObject> {
  return client.update(clusters, object, { fieldManager: fieldManagers.defaults, dryRun: true });
}

/** The cluster with these defaults, none of which it holds. */
async function filledIn(released: KubeObject, { spec }: KubeObject): Promise<KubeObject> {
  return { ...released, spec: together(released["spec"] as JsonObject, spec as JsonObject) };
}

function together(written: JsonObject, filled: JsonObject): JsonObject {
  const fields = Object.entries(filled).map(([key, value]) => {
    const held = written[key];
    return [key, isMapping(held) && isMapping(value) ? together(held, value) : value];
  });
  return { ...written, ...(Object.fromEntries(fields) as JsonObject) };
}

function tryDefaults(client: Client, object: KubeObject): Promise<KubeObject> {
  return client.apply(clusters, object, { fieldManager: fieldManagers.defaults, dryRun: true });
}

interface Reads extends Pick<Store, "cached" | "owned" | "get" | "list" | "unlabelled"> {
  /** Fails with an error and has the object asked for anew: a controller may have written its status meanwhile. */
  readonly forgetting: (kind: Kind, object: KubeObject) => (error: unknown) => never;
}

function reader(client: Client, snapshot: Snapshot): Reads {
  const asked = new Map<string, Promise<KubeObject | undefined>>();
  const cached = (kind: Kind, key: ObjectKey): KubeObject | undefined =>
    snapshot.get(kind.kind)?.find((object) => keyText(keyOf(object)) === keyText(key));
  return {
    cached,
    owned: (kind, uid) => (snapshot.get(kind.kind) ?? []).filter((object) => controllerOf(object).includes(uid)),
    forgetting: (kind, object) => (error) => {
      asked.delete(nameOf(kind, object));
      throw error;
    },
    get(kind, key) {
      const name = `${kind.kind} ${keyText(key)}`;
      const answer = asked.get(name) ?? client.get(kind, key);
      asked.set(name, answer);
      return answer;
    },
    list: (...selection) => listed(client, ...selection),
    unlabelled: (...selection) => unlabelled(client, ...selection),
  };
}
