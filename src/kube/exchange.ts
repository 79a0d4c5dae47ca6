import type { Dispatcher } from "undici";
import { ApiError } from "./api-error.ts";
import type { Attempted, Status } from "./api-error.ts";
import type { Connection, Route } from "./connection.ts";
import { DeadlineError, untilAborted } from "./deadline.ts";
import type { Lane } from "./lanes.ts";
import { retryAfterSeconds, warningsOf } from "./response-headers.ts";

/** One thing to ask of the API server. */
export interface Call extends Attempted {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The word of RBAC for it: get, list, watch, create, update, patch, delete. */
  readonly verb: string;
  readonly body?: unknown;
  readonly contentType?: string;
  /** The media type of the answer, where it is not that of plain JSON. */
  readonly accept?: string;
  /** Asking twice does no more than asking once, so that a lost answer may be asked for again. */
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** One request as metrics count it; `code` is the HTTP status, or `<error>` when no answer came; `seconds` runs until its first line. */
export interface RequestSample {
  readonly verb: string;
  readonly method: string;
  readonly host: string;
  readonly code: string;
  readonly seconds: number;
}

/** A connection, and who is told about what goes over it. */
export interface Link {
  readonly connection: Connection;
  readonly metrics?: { observeRequest(sample: RequestSample): void } | undefined;
  readonly onWarning?: ((text: string, call: Attempted) => void) | undefined;
}

/** How one request goes. */
export interface Way {
  readonly lane: Lane;
  readonly signal: AbortSignal;
}

/** An answer that is no refusal, its body not read yet. */
export interface Opened {
  readonly response: Dispatcher.ResponseData;
  /** To be called when its body stops coming: the connections beside it may be dead too. */
  suspect(): void;
}

/** Sends one request, once more with fresh credentials when the server refuses the first ones. Rejects with ApiError, or with what the connection threw. */
export async function exchange(link: Link, call: Call, way: Way): Promise<Opened> {
  const route = await untilAborted(link.connection.open(way.lane), way.signal);
  const opened = await send(link, call, { ...way, route });
  if (opened.response.statusCode < 400) return opened;
  const refusal = await refused(call, opened.response);
  if (refusal.status !== 401) throw refusal;
  if (!(await untilAborted(link.connection.refresh(route), way.signal))) throw refusal;
  const fresh = await untilAborted(link.connection.open(way.lane), way.signal);
  const again = await send(link, call, { ...way, route: fresh });
  if (again.response.statusCode < 400) return again;
  throw await refused(call, again.response);
}

async function send(link: Link, call: Call, { lane, signal, route }: Way & { readonly route: Route }): Promise<Opened> {
  const { connection } = link;
  const suspect = (): void => connection.suspect(lane, route);
  const started = performance.now();
  let code = "<error>";
  try {
    const response = await route.dispatcher.request(requestOf(call, { connection, route, signal }));
    code = String(response.statusCode);
    for (const text of link.onWarning === undefined ? [] : warningsOf(response.headers)) link.onWarning?.(text, call);
    return { response, suspect };
  } catch (error) {
    if (signal.reason instanceof DeadlineError) suspect();
    throw error;
  } finally {
    const seconds = (performance.now() - started) / 1000;
    const host = new URL(connection.origin).host;
    link.metrics?.observeRequest({ verb: call.verb, method: call.method, host, code, seconds });
  }
}

interface Means {
  readonly connection: Connection;
  readonly route: Route;
  readonly signal: AbortSignal;
}

function requestOf(call: Call, { connection, route, signal }: Means): Dispatcher.RequestOptions {
  const type = {
    ...(call.body !== undefined && { "content-type": call.contentType ?? "application/json" }),
    ...(call.accept !== undefined && { accept: call.accept }),
  };
  return {
    origin: connection.origin,
    path: connection.prefix + call.path,
    method: call.method,
    headers: { ...route.headers, ...type },
    body: call.body === undefined ? null : JSON.stringify(call.body),
    signal,
  };
}

async function refused(call: Call, { statusCode, headers, body }: Dispatcher.ResponseData): Promise<ApiError> {
  const status = statusOf(await body.text());
  const retryAfter = retryAfterSeconds(headers);
  return new ApiError(call, {
    code: statusCode,
    ...(status === undefined ? {} : { status }),
    ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
  });
}

function statusOf(text: string): Status | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isStatus(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a body, or the object of an event, is a `Status`. */
export function isStatus(body: unknown): body is Status {
  return typeof body === "object" && body !== null && "kind" in body && body.kind === "Status";
}
