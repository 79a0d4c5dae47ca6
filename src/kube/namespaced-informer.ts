import type { Informer, InformerOptions } from "./informer.ts";
import { informer } from "./informer.ts";
import type { Client } from "./client.ts";
import type { Kind } from "./object.ts";

/**
 * Makes one informer that holds the objects of these namespaces, with a list and a watch for each: that needs no right in
 * any other one. Without namespaces, or for a kind that has none, it is a single informer of everything.
 */
export function namespacedInformer(
  client: Pick<Client, "list" | "watch">,
  kind: Kind,
  options: InformerOptions & { readonly namespaces?: readonly string[] },
): Informer {
  const { namespaces = [], ...rest } = options;
  if (namespaces.length === 0 || !kind.namespaced) return informer(client, kind, rest);
  const parts = new Map(namespaces.map((namespace) => [namespace, informer(client, kind, { ...rest, namespace })]));
  return joined(kind, parts);
}

function joined(kind: Kind, parts: ReadonlyMap<string, Informer>): Informer {
  const all = [...parts.values()];
  const inNamespace = (namespace: string | undefined): Informer | undefined => parts.get(namespace ?? "");
  return {
    kind,
    get: (key) => inNamespace(key.namespace)?.get(key),
    list: (namespace) =>
      namespace === undefined ? all.flatMap((part) => part.list()) : (inNamespace(namespace)?.list() ?? []),
    byIndex: (index, value) => all.flatMap((part) => part.byIndex(index, value)),
    onChange: (handler) => all.forEach((part) => part.onChange(handler)),
    hasSynced: () => all.every((part) => part.hasSynced()),
    synced: allOf(all.map((part) => part.synced)),
    settled: allOf(all.map((part) => part.settled)),
    denied: (namespace) =>
      (namespace === undefined ? all : all.filter((part) => part === inNamespace(namespace)))
        .map((part) => part.denied())
        .find((denial) => denial !== undefined),
    onDenied: (handler) => all.forEach((part) => part.onDenied(handler)),
    remember: (object) => inNamespace(object.metadata.namespace)?.remember(object),
    start: () => all.forEach((part) => part.start()),
    stop: async () => void (await Promise.all(all.map((part) => part.stop()))),
    lastActivity: () => Math.min(...all.map((part) => part.lastActivity())),
  };
}

function allOf(signals: readonly Promise<void>[]): Promise<void> {
  const all = Promise.all(signals).then(() => undefined);
  // Nobody has to wait for it: a rejection that nobody hears is none.
  all.catch(() => undefined);
  return all;
}
