import type { Logger } from "pino";
import type { Denial } from "./api-error.ts";
import type { Backoff } from "./backoff.ts";
import type { Selection } from "./call-options.ts";
import type { Client } from "./client.ts";
import type { Indexers } from "./indexed-cache.ts";
import { keyOf, keyText } from "./object.ts";
import type { Kind, KubeObject, ObjectKey } from "./object.ts";
import { reflector } from "./reflector.ts";
import type { Listener, Reflector, ReflectorMetrics } from "./reflector.ts";
import { createStore } from "./store.ts";
import type { Change, Store } from "./store.ts";

export type { Change } from "./store.ts";

/** A cache of one kind that follows the server. Objects are shared: nobody may change them. */
export interface Informer {
  readonly kind: Kind;
  get(key: ObjectKey): KubeObject | undefined;
  /** All objects, or those of one namespace. */
  list(namespace?: string): readonly KubeObject[];
  /** The objects that an indexer puts under a value. Throws when there is no such index. */
  byIndex(index: string, value: string): readonly KubeObject[];
  /** Tells every change from now on, and at once everything that is there as added. A handler that throws is logged and told the next change all the same. */
  onChange(handler: (change: Change) => void): void;
  /** Whether the first list has been taken over and told. */
  hasSynced(): boolean;
  /** Resolves with the first list; rejects when the informer is stopped before. */
  readonly synced: Promise<void>;
  /** Resolves with the first list, or as soon as the right to it turns out to be missing; rejects when the informer is stopped before. */
  readonly settled: Promise<void>;
  /** The right whose lack keeps it from following the server, in this namespace if one is named; `undefined` while it follows. */
  denied(namespace?: string): Denial | undefined;
  /** Is told each time that the right to follow turns out to be missing, and at once when it is missing already. */
  onDenied(handler: (denial: Denial) => void): void;
  /**
   * Shows the answer of an own write in the cache at once, until the watch delivers it or something newer. Handlers hear of it when the
   * watch delivers it. Never brings back an object whose deletion the watch has shown.
   */
  remember(object: KubeObject): void;
  start(): void;
  /** Resolves when no handler will be called any more. */
  stop(): Promise<void>;
  /** When the reflector last tried or heard something, in milliseconds on the scale of `performance.now()`. */
  lastActivity(): number;
}

/** What an informer holds, and how. */
export interface InformerOptions extends Omit<Selection, "signal"> {
  /** Changes objects before they are kept, to save memory. By default nothing but `metadata.managedFields` is dropped. */
  readonly transform?: (object: KubeObject) => KubeObject;
  /** Keeps `metadata.managedFields`, which are more than half of most objects. */
  readonly keepManagedFields?: boolean;
  readonly indexers?: Indexers;
  readonly logger?: Logger;
  readonly metrics?: ReflectorMetrics;
  /** See `ReflectorOptions`. */
  readonly idleTimeoutMs?: number;
  readonly watchSeconds?: readonly [number, number];
  readonly backoff?: Backoff;
}

/** Makes an informer that is not started yet. */
export function informer(client: Pick<Client, "list" | "watch">, kind: Kind, options: InformerOptions = {}): Informer {
  const store = createStore(safeIndexers(kind, options));
  const transform = safeTransform(kind, options);
  const handlers = handlerList(kind, options.logger);
  const signals = { synced: syncSignal(), settled: syncSignal(), denials: denialSignal() };
  const listener = listenerOf({ store, transform, handlers, signals });
  const reflecting = reflector({ client, kind, selection: selectionOf(options), listener }, { ...options });
  return {
    kind,
    ...readsOf(store),
    onChange: (handler) => handlers.add(handler, store.told()),
    hasSynced: signals.synced.isSet,
    synced: signals.synced.promise,
    settled: signals.settled.promise,
    denied: signals.denials.current,
    onDenied: signals.denials.onSet,
    remember: (object) => {
      if (isSelected(object, options)) store.remember(transform(object));
    },
    ...lifeOf(reflecting, () => {
      const stopped = new Error(`the informer of ${kind.plural} was stopped before it had synced`);
      for (const signal of [signals.synced, signals.settled]) signal.fail(stopped);
    }),
  };
}

interface Parts {
  readonly store: Store;
  readonly transform: (object: KubeObject) => KubeObject;
  readonly handlers: HandlerList;
  readonly signals: { readonly synced: SyncSignal; readonly settled: SyncSignal; readonly denials: DenialSignal };
}

function listenerOf({ store, transform, handlers, signals: { synced, settled, denials } }: Parts): Listener {
  return {
    replace(objects, resourceVersion) {
      denials.clear();
      handlers.tell(store.replace(objects.map(transform), resourceVersion));
      synced.set();
      settled.set();
    },
    observe({ type, object }) {
      denials.clear();
      handlers.tell(store.observe({ type, object: transform(object) }));
    },
    refuse(denial) {
      denials.set(denial);
      settled.set();
    },
  };
}

function readsOf({ cache }: Store): Pick<Informer, "get" | "list" | "byIndex"> {
  return {
    get: (key) => cache.get(keyText(key)),
    list: (namespace) => cache.list(namespace),
    byIndex: (index, value) => cache.byIndex(index, value),
  };
}

function lifeOf(reflecting: Reflector, onStop: () => void): Pick<Informer, "start" | "stop" | "lastActivity"> {
  return {
    start: () => reflecting.start(),
    async stop() {
      await reflecting.stop();
      onStop();
    },
    lastActivity: () => reflecting.lastActivity(),
  };
}

function selectionOf({ namespace, labelSelector, fieldSelector }: InformerOptions): Selection {
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}

/** The part of the selection that can be judged here; what the rest leaves out is dropped as soon as the watch has passed it. */
function isSelected(object: KubeObject, { namespace }: InformerOptions): boolean {
  return namespace === undefined || object.metadata.namespace === namespace;
}

/** A transform that throws leaves the object as it came: a mistake in it must not stop the cache. */
function safeTransform(kind: Kind, options: InformerOptions): (object: KubeObject) => KubeObject {
  const dropped = options.keepManagedFields === true ? (object: KubeObject) => object : withoutManagedFields;
  const own = options.transform;
  if (own === undefined) return dropped;
  return (object) => {
    try {
      return own(dropped(object));
    } catch (error) {
      options.logger?.error({ kind: kind.kind, object: keyText(keyOf(object)), err: error }, "transform failed");
      return dropped(object);
    }
  };
}

function withoutManagedFields(object: KubeObject): KubeObject {
  if (object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** An indexer that throws finds nothing for that object. */
function safeIndexers(kind: Kind, { indexers = {}, logger }: InformerOptions): Indexers {
  const safe = Object.entries(indexers).map(([name, indexer]) => [
    name,
    (object: KubeObject): readonly string[] => {
      try {
        return indexer(object);
      } catch (error) {
        logger?.error({ kind: kind.kind, object: keyText(keyOf(object)), index: name, err: error }, "indexer failed");
        return [];
      }
    },
  ]);
  return Object.fromEntries(safe);
}

interface HandlerList {
  add(handler: (change: Change) => void, known: readonly KubeObject[]): void;
  tell(changes: readonly Change[]): void;
}

function handlerList(kind: Kind, logger: Logger | undefined): HandlerList {
  const handlers: ((change: Change) => void)[] = [];
  const call = (handler: (change: Change) => void, change: Change): void => {
    try {
      handler(change);
    } catch (error) {
      logger?.error({ kind: kind.kind, object: keyText(keyOf(change.object)), err: error }, "change handler failed");
    }
  };
  return {
    add(handler, known) {
      handlers.push(handler);
      for (const object of known) call(handler, { type: "added", object });
    },
    tell(changes) {
      for (const change of changes) for (const handler of handlers) call(handler, change);
    },
  };
}

interface SyncSignal {
  readonly promise: Promise<void>;
  readonly isSet: () => boolean;
  readonly set: () => void;
  readonly fail: (error: Error) => void;
}

function syncSignal(): SyncSignal {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let isSet = false;
  // Nobody has to wait for it: a rejection that nobody hears is none.
  promise.catch(() => undefined);
  return {
    promise,
    isSet: () => isSet,
    set: () => {
      isSet = true;
      resolve();
    },
    fail: reject,
  };
}

interface DenialSignal {
  readonly current: () => Denial | undefined;
  readonly onSet: (handler: (denial: Denial) => void) => void;
  readonly set: (denial: Denial) => void;
  readonly clear: () => void;
}

function denialSignal(): DenialSignal {
  const handlers: ((denial: Denial) => void)[] = [];
  let current: Denial | undefined;
  return {
    current: () => current,
    onSet(handler) {
      handlers.push(handler);
      if (current !== undefined) handler(current);
    },
    set(denial) {
      current = denial;
      for (const handler of handlers) handler(denial);
    },
    clear: () => {
      current = undefined;
    },
  };
}
