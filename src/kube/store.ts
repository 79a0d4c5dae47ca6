import { indexedCache } from "./indexed-cache.ts";
import type { IndexedCache, Indexers } from "./indexed-cache.ts";
import { keyOf, keyText } from "./object.ts";
import type { KubeObject } from "./object.ts";
import { isNewer } from "./resource-version.ts";
import type { WatchEvent } from "./watch.ts";

/** What happened to one object. `old` is what was last told of it: always there for "updated" and "deleted". */
export interface Change {
  readonly type: "added" | "updated" | "deleted";
  readonly object: KubeObject;
  readonly old?: KubeObject;
}

/**
 * What lists and watches have told, and beside it the answers of own writes that the watch has yet to deliver. Reads see the newer of both;
 * changes follow from lists and watches alone, so that they tell one story whatever was written meanwhile.
 */
export interface Store {
  readonly cache: Pick<IndexedCache, "get" | "list" | "byIndex">;
  /** Takes a whole list over, and tells what is different from before. */
  replace(objects: readonly KubeObject[], resourceVersion: string): readonly Change[];
  /** Takes one event of a watch over, and tells what follows from it: nothing, one change, or a deletion and a creation. */
  observe(event: WatchEvent): readonly Change[];
  /** Shows the answer of an own write to readers at once, unless lists and watches have come as far already. */
  remember(object: KubeObject): void;
  /** Everything as it was last told. */
  told(): readonly KubeObject[];
}

interface State {
  readonly cache: IndexedCache;
  /** Keys whose cached object is an own write that was not told yet, with what was told before. */
  readonly ahead: Map<string, KubeObject | undefined>;
  /** resourceVersion up to which everything has been told. */
  progress: string | undefined;
}

/** Makes an empty store. */
export function createStore(indexers?: Indexers): Store {
  const state: State = { cache: indexedCache(indexers), ahead: new Map(), progress: undefined };
  return {
    cache: state.cache,
    replace: (objects, resourceVersion) => replace(state, objects, resourceVersion),
    observe: (event) => observe(state, event),
    remember: (object) => remember(state, object),
    told: () => toldKeys(state).flatMap((key) => toldOf(state, key) ?? []),
  };
}

function replace(state: State, objects: readonly KubeObject[], resourceVersion: string): readonly Change[] {
  // A list that is older than what was told comes from a restored backup: nothing that was written before counts any more.
  const wentBack = state.progress !== undefined && isNewer(state.progress, resourceVersion);
  if (wentBack) for (const key of [...state.ahead.keys()]) fallBack(state, key);
  const listed = new Set(objects.map((object) => keyText(keyOf(object))));
  const gone = toldKeys(state).filter((key) => !listed.has(key));
  const changes = gone.flatMap((key) => tellGone(state, { key, version: resourceVersion }));
  for (const object of objects) changes.push(...tell(state, object));
  advance(state, resourceVersion);
  return changes;
}

function observe(state: State, { type, object }: WatchEvent): readonly Change[] {
  const changes = changesOf(state, type, object);
  const { resourceVersion } = object.metadata;
  if (resourceVersion !== undefined) advance(state, resourceVersion);
  return changes;
}

function changesOf(state: State, type: WatchEvent["type"], object: KubeObject): readonly Change[] {
  if (type === "BOOKMARK") return [];
  if (type !== "DELETED") return tell(state, object);
  return tellGone(state, { key: keyText(keyOf(object)), version: versionOf(object), last: object });
}

function remember(state: State, object: KubeObject): void {
  const key = keyText(keyOf(object));
  const version = object.metadata.resourceVersion;
  if (version === undefined) return;
  // Whatever is not newer than the progress was told already: as it is, in a newer form, or as deleted since.
  if (state.progress !== undefined && !isNewer(version, state.progress)) return;
  const cached = state.cache.get(key);
  if (cached !== undefined && !isNewer(version, versionOf(cached))) return;
  if (!state.ahead.has(key)) state.ahead.set(key, cached);
  state.cache.set(object);
}

/** Takes over an object that a list or watch shows. */
function tell(state: State, object: KubeObject): readonly Change[] {
  const key = keyText(keyOf(object));
  const old = toldOf(state, key);
  if (isAheadOf(state, key, versionOf(object))) {
    state.ahead.set(key, object);
  } else {
    state.ahead.delete(key);
    state.cache.set(object);
  }
  if (old === undefined) return [{ type: "added", object }];
  if (old.metadata.uid !== object.metadata.uid) {
    return [
      { type: "deleted", object: old, old },
      { type: "added", object },
    ];
  }
  return versionOf(old) === versionOf(object) ? [] : [{ type: "updated", object, old }];
}

/** What is known of an object that is gone: since when, and its last state where the watch tells it. */
interface Gone {
  readonly key: string;
  readonly version: string;
  readonly last?: KubeObject;
}

/** Takes over that an object is gone. */
function tellGone(state: State, { key, version, last }: Gone): readonly Change[] {
  const old = toldOf(state, key);
  if (isAheadOf(state, key, version)) {
    state.ahead.set(key, undefined);
  } else {
    state.ahead.delete(key);
    state.cache.delete(key);
  }
  return old === undefined ? [] : [{ type: "deleted", object: last ?? old, old }];
}

/** Notes how far lists and watches have come. An own write that they passed without showing it is not of the selection that is watched. */
function advance(state: State, resourceVersion: string): void {
  state.progress = resourceVersion;
  for (const key of [...state.ahead.keys()]) {
    if (!isAheadOf(state, key, resourceVersion)) fallBack(state, key);
  }
}

function fallBack(state: State, key: string): void {
  const told = state.ahead.get(key);
  state.ahead.delete(key);
  if (told === undefined) state.cache.delete(key);
  else state.cache.set(told);
}

function isAheadOf(state: State, key: string, version: string): boolean {
  const cached = state.ahead.has(key) ? state.cache.get(key) : undefined;
  return cached !== undefined && isNewer(versionOf(cached), version);
}

function toldOf(state: State, key: string): KubeObject | undefined {
  return state.ahead.has(key) ? state.ahead.get(key) : state.cache.get(key);
}

function toldKeys(state: State): readonly string[] {
  return [...state.cache.keys()];
}

function versionOf(object: KubeObject): string {
  return object.metadata.resourceVersion ?? "0";
}
