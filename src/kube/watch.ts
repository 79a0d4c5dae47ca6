import { ApiError } from "./api-error.ts";
import { bind } from "./deadline.ts";
import { isStatus } from "./exchange.ts";
import type { Call, Opened } from "./exchange.ts";
import { jsonLines } from "./json-lines.ts";
import { isKubeObject } from "./object.ts";
import type { KubeObject } from "./object.ts";
import { failureOf } from "./transport.ts";
import type { Transport } from "./transport.ts";

/** One event of a watch. A bookmark carries nothing but a resourceVersion up to which everything has been shown. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: KubeObject;
}

/**
 * The events of one watch request. It ends when the server ends it, or when the call's signal is aborted. It rejects with ApiError for a
 * refusal and for an ERROR event (410 when the resourceVersion is too old), and with UnreachableError when the connection breaks or
 * nothing at all comes for `idleTimeoutMs`.
 */
export async function* watchEvents(
  transport: Transport,
  call: Call,
  idleTimeoutMs: number,
): AsyncGenerator<WatchEvent> {
  const bound = bind({ ms: transport.requestTimeoutMs, signal: call.signal });
  let opened: Opened | undefined;
  try {
    opened = await transport.stream(call, bound.signal);
    bound.within(idleTimeoutMs);
    // Leaving the loop early destroys the body, which reports that to whoever listens: somebody has to.
    opened.response.body.on("error", () => undefined);
    for await (const line of jsonLines(opened.response.body, () => bound.extend())) yield eventOf(call, line);
  } catch (error) {
    if (call.signal?.aborted === true) return;
    const failure = failureOf(call, error);
    if (!(failure instanceof ApiError)) opened?.suspect();
    throw failure;
  } finally {
    bound.release();
    opened?.response.body.destroy();
  }
}

function eventOf(call: Call, line: unknown): WatchEvent {
  const { type, object } = fieldsOf(line);
  if (type === "ERROR" && isStatus(object)) throw new ApiError(call, { code: object.code ?? 500, status: object });
  if (!isEventType(type) || !isKubeObject(object)) throw new Error("the watch delivered something that is no event");
  return { type, object };
}

function fieldsOf(line: unknown): { readonly type?: unknown; readonly object?: unknown } {
  return typeof line === "object" && line !== null ? line : {};
}

function isEventType(type: unknown): type is WatchEvent["type"] {
  return type === "ADDED" || type === "MODIFIED" || type === "DELETED" || type === "BOOKMARK";
}
