import { keyOf, keyText } from "./object.ts";
import type { KubeObject } from "./object.ts";

/** Functions that tell under which values an object is to be found, by the name of the index. They must depend on the object alone. */
export type Indexers = Readonly<Record<string, (object: KubeObject) => readonly string[]>>;

/** Objects by key, and by what indexers say of them. */
export interface IndexedCache {
  get(key: string): KubeObject | undefined;
  keys(): IterableIterator<string>;
  /** All objects, or those of one namespace, in no particular order. */
  list(namespace?: string): readonly KubeObject[];
  /** Throws when there is no such index. */
  byIndex(index: string, value: string): readonly KubeObject[];
  set(object: KubeObject): void;
  delete(key: string): void;
}

/** Makes an empty cache. */
export function indexedCache(indexers: Indexers = {}): IndexedCache {
  const objects = new Map<string, KubeObject>();
  const byNamespace = valueIndex((object) => [object.metadata.namespace ?? ""]);
  const indexes = new Map(Object.entries(indexers).map(([name, indexer]) => [name, valueIndex(indexer)]));
  const all = [byNamespace, ...indexes.values()];
  const remove = (key: string): void => {
    if (objects.delete(key)) for (const index of all) index.remove(key);
  };
  return {
    get: (key) => objects.get(key),
    keys: () => objects.keys(),
    list: (namespace) => (namespace === undefined ? [...objects.values()] : byNamespace.find(namespace)),
    byIndex(index, value) {
      const found = indexes.get(index);
      if (found === undefined) throw new Error(`the cache has no index "${index}"`);
      return found.find(value);
    },
    set(object) {
      const key = keyText(keyOf(object));
      remove(key);
      objects.set(key, object);
      for (const index of all) index.add(key, object);
    },
    delete: remove,
  };
}

interface ValueIndex {
  find(value: string): readonly KubeObject[];
  add(key: string, object: KubeObject): void;
  remove(key: string): void;
}

function valueIndex(indexer: (object: KubeObject) => readonly string[]): ValueIndex {
  const byValue = new Map<string, Map<string, KubeObject>>();
  const valuesOf = new Map<string, readonly string[]>();
  return {
    find: (value) => [...(byValue.get(value)?.values() ?? [])],
    add(key, object) {
      const values = indexer(object);
      valuesOf.set(key, values);
      for (const value of values) {
        const entries = byValue.get(value) ?? new Map<string, KubeObject>();
        byValue.set(value, entries.set(key, object));
      }
    },
    remove(key) {
      for (const value of valuesOf.get(key) ?? []) {
        const entries = byValue.get(value);
        entries?.delete(key);
        if (entries?.size === 0) byValue.delete(value);
      }
      valuesOf.delete(key);
    },
  };
}
