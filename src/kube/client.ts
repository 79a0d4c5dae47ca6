import { isNotFound, UnreachableError } from "./api-error.ts";
import type {
  ApplyOptions,
  CallOptions,
  DeleteOptions,
  ListOptions,
  Patch,
  WatchOptions,
  WriteOptions,
} from "./call-options.ts";
import * as calls from "./calls.ts";
import type { Connection } from "./connection.ts";
import type { Call } from "./exchange.ts";
import { isKubeObject } from "./object.ts";
import type { Kind, KubeObject, ObjectKey } from "./object.ts";
import { readPages } from "./pages.ts";
import type { KubeList } from "./pages.ts";
import { createTransport } from "./transport.ts";
import type { Transport, TransportOptions } from "./transport.ts";
import { watchEvents } from "./watch.ts";
import type { WatchEvent } from "./watch.ts";

/**
 * A client of the API server that sends and receives plain JSON, so that no field is lost. Calls reject with `ApiError` when the server
 * refuses and with `UnreachableError` when it cannot be asked; they are tried again, within their deadline, only where that cannot do
 * harm (a create only after 429 or a refused connection).
 */
export interface Client {
  /** One object; undefined when it does not exist. A kind that the server does not know is an error. */
  get(kind: Kind, key: ObjectKey, options?: CallOptions): Promise<KubeObject | undefined>;
  /** All objects of a selection, fetched in pages. */
  list(kind: Kind, options?: ListOptions): Promise<KubeList>;
  /** Makes an object and gives it as stored. */
  create(kind: Kind, object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  /** Replaces an object and gives it as stored; one that was changed meanwhile is a conflict when the object carries a resourceVersion. */
  update(kind: Kind, object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  /** Changes a part of an object and gives it as stored. */
  patch(kind: Kind, key: ObjectKey, patch: Patch, options?: WriteOptions): Promise<KubeObject>;
  /** Makes or changes an object by server-side apply and gives it as stored. */
  apply(kind: Kind, object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  /** Deletes an object, whose finalizers may keep it for a while; false when it was not there. */
  delete(kind: Kind, key: ObjectKey, options?: DeleteOptions): Promise<boolean>;
  /** One watch request; see `WatchEvent`. It ends with the server's time-out or the signal, and rejects on every failure. */
  watch(kind: Kind, options: WatchOptions): AsyncIterable<WatchEvent>;
  /** The version of the server. */
  version(): Promise<ServerVersion>;
  /** The answer to a GET of any path: parsed when it is JSON, else its text. */
  raw(path: string, options?: CallOptions): Promise<unknown>;
}

/** What `/version` tells. */
export interface ServerVersion {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
}

/** Makes a client over a connection. */
export function createClient(connection: Connection, options: TransportOptions = {}): Client {
  const transport = createTransport(connection, options);
  return {
    get: async (kind, key, chosen) => await readOne(transport, calls.getCall(kind, key, chosen)),
    list: async (kind, chosen = {}) => await readPages(transport, kind, chosen),
    create: async (kind, object, chosen) => await writeOne(transport, calls.createCall(kind, object, chosen)),
    update: async (kind, object, chosen) => await writeOne(transport, calls.updateCall(kind, object, chosen)),
    patch: async (kind, key, ...[patch, chosen]) =>
      await writeOne(transport, calls.patchCall({ kind, key, patch }, chosen)),
    apply: async (kind, object, chosen) => await writeOne(transport, calls.applyCall(kind, object, chosen)),
    delete: async (kind, key, chosen) => await remove(transport, calls.deleteCall(kind, key, chosen)),
    watch: (kind, chosen) => watchEvents(transport, calls.watchCall(kind, chosen), chosen.idleTimeoutMs ?? 120_000),
    version: () => readVersion(transport),
    raw: async (path, chosen) => parsedOrText(await transport.call(calls.rawCall(path, chosen))),
  };
}

async function readOne(transport: Transport, call: Call): Promise<KubeObject | undefined> {
  try {
    return await writeOne(transport, call);
  } catch (error) {
    if (isMissingObject(error)) return undefined;
    throw error;
  }
}

async function remove(transport: Transport, call: Call): Promise<boolean> {
  try {
    await transport.call(call);
    return true;
  } catch (error) {
    if (isMissingObject(error)) return false;
    throw error;
  }
}

/** A 404 with a `Status` is about the object; without one it is about the whole kind, which is no normal absence. */
function isMissingObject(error: unknown): boolean {
  return isNotFound(error) && error.details !== undefined;
}

async function writeOne(transport: Transport, call: Call): Promise<KubeObject> {
  const answer = parsedOrText(await transport.call(call));
  if (!isKubeObject(answer)) throw new UnreachableError(call, new Error("the answer is no Kubernetes object"));
  return answer;
}

async function readVersion(transport: Transport): Promise<ServerVersion> {
  const call = calls.rawCall("/version");
  const answer = parsedOrText(await transport.call(call));
  if (!isVersion(answer)) throw new UnreachableError(call, new Error("the answer is no version"));
  return answer;
}

function isVersion(answer: unknown): answer is ServerVersion {
  return typeof answer === "object" && answer !== null && "gitVersion" in answer;
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
