import type {
  ApplyOptions,
  CallOptions,
  DeleteOptions,
  ListOptions,
  Patch,
  Selection,
  WatchOptions,
  WriteOptions,
} from "./call-options.ts";
import type { Call } from "./exchange.ts";
import { keyOf, keyText } from "./object.ts";
import type { Kind, KubeObject, ObjectKey } from "./object.ts";
import { collectionPath, objectPath, withQuery } from "./resource-path.ts";
import type { Query } from "./resource-path.ts";

/** Which page of a list to ask for. */
export interface Page {
  readonly limit?: number;
  readonly continue?: string;
}

/** Reads one object. */
export function getCall(kind: Kind, key: ObjectKey, options: CallOptions = {}): Call {
  return {
    ...about(kind, "get", keyText(key)),
    method: "GET",
    path: objectPath(kind, key),
    repeatable: true,
    ...signalOf(options),
  };
}

/** Reads one page of a list; only the first may name a resourceVersion, the further ones continue it. */
export function listCall(kind: Kind, options: ListOptions, page: Page): Call {
  const from =
    page.continue === undefined
      ? { resourceVersion: options.resourceVersion, resourceVersionMatch: options.resourceVersionMatch }
      : {};
  const query = { ...selectionOf(options), ...from, limit: page.limit, continue: page.continue };
  return {
    ...selected(kind, "list", options),
    path: withQuery(collectionPath(kind, options.namespace), query),
    ...(options.metadataOnly === true && {
      accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
    }),
  };
}

/** Watches a selection. */
export function watchCall(kind: Kind, options: WatchOptions): Call {
  const query = {
    ...selectionOf(options),
    watch: true,
    resourceVersion: options.resourceVersion,
    allowWatchBookmarks: options.allowBookmarks ?? true,
    timeoutSeconds: options.timeoutSeconds,
  };
  return { ...selected(kind, "watch", options), path: withQuery(collectionPath(kind, options.namespace), query) };
}

/** Makes an object. */
export function createCall(kind: Kind, object: KubeObject, options: WriteOptions = {}): Call {
  const key = keyOf(object);
  // The path of the object is built only to be told when its namespace is missing.
  objectPath(kind, key);
  return {
    ...about(kind, "create", keyText(key)),
    method: "POST",
    path: withQuery(collectionPath(kind, key.namespace), writeQuery(options)),
    body: object,
    repeatable: false,
    ...signalOf(options),
  };
}

/** Replaces an object; it may be asked for again when its resourceVersion keeps a second try from undoing what others did meanwhile. */
export function updateCall(kind: Kind, object: KubeObject, options: WriteOptions = {}): Call {
  const key = keyOf(object);
  return {
    ...about(kind, "update", keyText(key)),
    method: "PUT",
    path: withQuery(objectPath(kind, key, options.subresource), writeQuery(options)),
    body: object,
    repeatable: object.metadata.resourceVersion !== undefined,
    ...signalOf(options),
  };
}

const patchTypes: Readonly<Record<Patch["type"], string>> = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

/** Patches an object; only a merge patch means the same when it is sent twice. */
export function patchCall(
  { kind, key, patch }: { readonly kind: Kind; readonly key: ObjectKey; readonly patch: Patch },
  options: WriteOptions = {},
): Call {
  return {
    ...about(kind, "patch", keyText(key)),
    method: "PATCH",
    path: withQuery(objectPath(kind, key, options.subresource), writeQuery(options)),
    body: patch.body,
    contentType: patchTypes[patch.type],
    repeatable: patch.type === "merge",
    ...signalOf(options),
  };
}

/**
 * A version that no object has: the first write to an empty store makes the second. The server compares the version of what is
 * applied with that of the object, and with nothing where there is none.
 */
const versionOfNone = "1";

/** Applies an object by server-side apply. */
export function applyCall(kind: Kind, object: KubeObject, options: ApplyOptions): Call {
  const key = keyOf(object);
  const query = { ...writeQuery(options), force: options.force };
  const metadata = { ...object.metadata, resourceVersion: versionOfNone };
  return {
    ...about(kind, "apply", keyText(key)),
    verb: "patch",
    method: "PATCH",
    path: withQuery(objectPath(kind, key, options.subresource), query),
    body: options.onlyNew === true ? { ...object, metadata } : object,
    contentType: "application/apply-patch+yaml",
    repeatable: true,
    ...signalOf(options),
  };
}

/** Deletes an object; without a precondition a second try could hit another object of the same name. */
export function deleteCall(kind: Kind, key: ObjectKey, options: DeleteOptions = {}): Call {
  const { uid, resourceVersion, propagationPolicy, dryRun } = options;
  const isBound = uid !== undefined || resourceVersion !== undefined;
  return {
    ...about(kind, "delete", keyText(key)),
    method: "DELETE",
    path: objectPath(kind, key),
    body: {
      apiVersion: "v1",
      kind: "DeleteOptions",
      propagationPolicy,
      dryRun: dryRun === true ? ["All"] : undefined,
      preconditions: isBound ? { uid, resourceVersion } : undefined,
    },
    repeatable: isBound,
    ...signalOf(options),
  };
}

/** Reads any path. */
export function rawCall(path: string, options: CallOptions = {}): Call {
  return { act: `get ${path}`, verb: "get", method: "GET", path, repeatable: true, ...signalOf(options) };
}

function about(kind: Kind, verb: string, name: string): Pick<Call, "act" | "verb" | "confidential"> {
  return { act: `${verb} ${kind.plural} ${name}`, verb, confidential: kind.confidential === true };
}

function selected(kind: Kind, verb: string, options: Selection): Omit<Call, "path"> {
  const where = options.namespace === undefined ? "" : ` in ${options.namespace}`;
  return {
    act: `${verb} ${kind.plural}${where}`,
    verb,
    confidential: kind.confidential === true,
    method: "GET",
    repeatable: true,
    ...signalOf(options),
  };
}

function signalOf(options: CallOptions): Pick<Call, "signal"> {
  return options.signal === undefined ? {} : { signal: options.signal };
}

function selectionOf({ labelSelector, fieldSelector }: Selection): Query {
  return { labelSelector, fieldSelector };
}

function writeQuery({ fieldManager, dryRun }: WriteOptions): Query {
  return { fieldManager, dryRun: dryRun === true ? "All" : undefined };
}
