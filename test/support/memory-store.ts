import { isDeepStrictEqual } from "node:util";
import type { Store } from "../../src/cluster/sync/store.ts";
import { ApiError } from "../../src/kube/api-error.ts";
import { storageClasses } from "../../src/kube/kinds.ts";
import type { Kind, KubeObject, ObjectKey } from "../../src/kube/object.ts";
import { keyOf, keyText } from "../../src/kube/object.ts";
import { frozen } from "./frozen.ts";

/** One request that reached the store, `apply Deployment prod-keystone`. */
type Request = `${"get" | "list" | "apply" | "create" | "save" | "delete"} ${string}`;

/** Objects in memory behind the interfaces through which the sync and the preparation see an API server. */
export interface MemoryStore extends Store {
  /** Puts an object there as somebody else would, without a request; it comes back with UID and versions. */
  put(object: KubeObject): KubeObject;
  /** The object as it is now, without a request. */
  look(kind: string, name: string): KubeObject | undefined;
  /** Keeps an object out of the view of caches, as if they did not select it or had not seen it yet. */
  hide(kind: string, name: string): void;
  /** The code and the words with which every write of this object is refused from now on. */
  refuse(object: string, code: number, message?: string): void;
  /** What was asked since the last call, reads too. */
  requests(): readonly Request[];
  /** The writes among what was asked since the last call. */
  writes(): readonly Request[];
}

/** Makes a store that holds these objects. All that it hands out is frozen. */
export function memoryStore(...objects: readonly KubeObject[]): MemoryStore {
  const held = new Map<string, KubeObject>();
  const hidden = new Set<string>();
  const refusals = new Map<string, ApiError>();
  const requests: Request[] = [];
  let version = 0;

  const keep = (object: KubeObject): KubeObject => {
    version += 1;
    const kept = frozen(structuredClone(nextVersion(object, held.get(placeOf(object)), String(version))));
    held.set(placeOf(object), kept);
    return kept;
  };
  const asked = (request: Request): void => {
    requests.push(request);
    const refusal = refusals.get(request.replace(/^\w+ /, ""));
    if (refusal !== undefined && !isRead(request)) throw refusal;
  };
  const listed = (kind: Kind, namespace?: string): readonly KubeObject[] => {
    asked(`list ${kind.kind}`);
    const all = [...held.values()].filter((one) => one.kind === kind.kind);
    return all.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
  };
  const taken = (): readonly Request[] => requests.splice(0);
  for (const object of objects) keep(object);

  return {
    put: keep,
    look: (kind, name) => [...held.values()].find((one) => labelOf(one) === `${kind} ${name}`),
    hide: (kind, name) => void hidden.add(`${kind} ${name}`),
    refuse: (object, code, message) => void refusals.set(object, refusalOf(object, code, message)),
    requests: taken,
    writes: () => taken().filter((request) => !isRead(request)),
    cached: (kind, key) => (hidden.has(`${kind.kind} ${key.name}`) ? undefined : held.get(placeAt(kind, key))),
    owned: (kind, uid) => [...held.values()].filter((one) => one.kind === kind.kind && isControlledBy(one, uid)),
    get: async (kind, key) => {
      // Every storage class is there: what is under test are the claims.
      if (kind === storageClasses) return { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { ...key } };
      asked(`get ${kind.kind} ${key.name}`);
      return held.get(placeAt(kind, key));
    },
    list: async (kind, namespace) => listed(kind, namespace),
    unlabelled: async (kind, namespace) => new Set(listed(kind, namespace).map(({ metadata }) => metadata.name)),
    apply: async (_, object) => {
      asked(`apply ${labelOf(object)}`);
      return keep(object);
    },
    create: async (_, object) => {
      asked(`create ${labelOf(object)}`);
      if (held.has(placeOf(object))) throw refusalOf(labelOf(object), 409);
      return keep(object);
    },
    save: async (_, object) => {
      asked(`save ${labelOf(object)}`);
      const live = held.get(placeOf(object));
      if (live?.metadata.resourceVersion !== object.metadata.resourceVersion) throw refusalOf(labelOf(object), 409);
      return keep(object);
    },
    delete: async (_, object) => {
      asked(`delete ${labelOf(object)}`);
      const live = held.get(placeOf(object));
      if (live === undefined) throw refusalOf(labelOf(object), 404);
      if (live.metadata.uid !== object.metadata.uid) throw refusalOf(labelOf(object), 409);
      held.delete(placeOf(object));
    },
  };
}

function isRead(request: Request): boolean {
  return /^(get|list) /.test(request);
}

function labelOf(object: KubeObject): string {
  return `${object.kind} ${object.metadata.name}`;
}

function placeOf(object: KubeObject): string {
  return `${object.kind} ${keyText(keyOf(object))}`;
}

function placeAt(kind: Kind, key: ObjectKey): string {
  return `${kind.kind} ${keyText(key)}`;
}

function isControlledBy({ metadata }: KubeObject, uid: string): boolean {
  return metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) === true;
}

/** The object with what the API server adds; its status stays unless it brings one, and a changed spec is a new generation. */
function nextVersion(object: KubeObject, live: KubeObject | undefined, version: string): KubeObject {
  const { uid = `uid-${version}`, generation = 0 } = (live ?? object).metadata;
  const isChanged = live === undefined || !isDeepStrictEqual(live["spec"], object["spec"]);
  const status = object["status"] ?? live?.["status"];
  return {
    ...object,
    metadata: { ...object.metadata, uid, resourceVersion: version, generation: generation + (isChanged ? 1 : 0) },
    ...(status !== undefined && { status }),
  };
}

function refusalOf(object: string, code: number, message?: string): ApiError {
  const attempted = { act: `write ${object}`, method: "PATCH", path: `/${object.replace(" ", "/")}` };
  return new ApiError(attempted, { code, ...(message !== undefined && { status: { message } }) });
}
