import type { Kind, ObjectKey } from "./object.ts";

/** Values of a query string; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Path of all objects of a kind, `/apis/apps/v1/namespaces/onecloud/deployments`; without a namespace it is that of all namespaces. */
export function collectionPath(kind: Kind, namespace?: string): string {
  const root = kind.apiVersion.includes("/") ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const within = kind.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${within}/${kind.plural}`;
}

/** Path of one object, or of a subresource of it. Throws when the kind has namespaces and the key names none. */
export function objectPath(kind: Kind, key: ObjectKey, subresource?: string): string {
  if (kind.namespaced && key.namespace === undefined) {
    throw new TypeError(`${kind.plural} ${key.name}: a namespace is needed`);
  }
  const path = `${collectionPath(kind, key.namespace)}/${encodeURIComponent(key.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** The path with its query string, in the order given. */
export function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.append(name, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}
