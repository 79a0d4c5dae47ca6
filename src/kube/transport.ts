import type { Logger } from "pino";
import { ApiError, UnreachableError } from "./api-error.ts";
import type { Attempted } from "./api-error.ts";
import { askedWaitMs, backoffMs, pause } from "./backoff.ts";
import type { Backoff } from "./backoff.ts";
import type { Connection } from "./connection.ts";
import { DeadlineError, withDeadline } from "./deadline.ts";
import { exchange } from "./exchange.ts";
import type { Call, Link, Opened, RequestSample } from "./exchange.ts";

/** How requests are bounded and watched. */
export interface TransportOptions {
  readonly logger?: Logger;
  /** Time for one try, default 30 s. */
  readonly requestTimeoutMs?: number;
  /** Time for all tries of one call together, default twice the time for one. */
  readonly deadlineMs?: number;
  /** Tries after the first, default 5. */
  readonly retries?: number;
  /** Waits between tries, default from 200 ms up to 5 s; a longer `Retry-After` goes before. */
  readonly backoff?: Backoff;
  readonly metrics?: { observeRequest(sample: RequestSample): void };
  /** Told of every `Warning` header of the server, for instance about fields that it does not know. */
  readonly onWarning?: (text: string, call: Attempted) => void;
}

/** Sends calls over a connection. */
export interface Transport {
  /** Milliseconds that one try may take. */
  readonly requestTimeoutMs: number;
  /** Gives the text of the answer, after as many tries as are safe and fit into the deadline. Rejects with ApiError or UnreachableError, or with the reason of the call's signal. */
  call(call: Call): Promise<string>;
  /** Sends a watch once and gives its answer with the body still to come. */
  stream(call: Call, signal: AbortSignal): Promise<Opened>;
}

/** Makes a transport over a connection. */
export function createTransport(connection: Connection, options: TransportOptions = {}): Transport {
  const link: Link = { connection, metrics: options.metrics, onWarning: options.onWarning };
  return {
    requestTimeoutMs: options.requestTimeoutMs ?? defaultTimeoutMs,
    call: (call) => withRetries(link, call, options),
    stream: (call, signal) => exchange(link, call, { lane: "watches", signal }),
  };
}

const defaultTimeoutMs = 30_000;

async function withRetries(link: Link, call: Call, options: TransportOptions): Promise<string> {
  const timeoutMs = options.requestTimeoutMs ?? defaultTimeoutMs;
  const deadline = performance.now() + (options.deadlineMs ?? timeoutMs * 2);
  for (let failures = 0; ; failures += 1) {
    const left = deadline - performance.now();
    try {
      return await once(link, call, Math.max(1, Math.min(timeoutMs, left)));
    } catch (error) {
      const waitMs = waitBefore(error, { call, failures, options });
      if (waitMs === undefined || performance.now() + waitMs >= deadline) throw error;
      options.logger?.debug({ err: error, failures: failures + 1, waitMs }, "trying a request again");
      await pause(waitMs, call.signal);
    }
  }
}

async function once(link: Link, call: Call, ms: number): Promise<string> {
  let opened: Opened | undefined;
  try {
    return await withDeadline({ ms, signal: call.signal }, async (signal) => {
      opened = await exchange(link, call, { lane: "calls", signal });
      return await opened.response.body.text();
    });
  } catch (error) {
    if (error instanceof DeadlineError) opened?.suspect();
    throw failureOf(call, error);
  }
}

/** What a failed request is to its caller: a refusal as it is, the caller's own abort as its reason, everything else a server out of reach. */
export function failureOf(call: Call, error: unknown): unknown {
  if (call.signal?.aborted === true) return call.signal.reason;
  if (error instanceof ApiError || error instanceof UnreachableError) return error;
  return new UnreachableError(call, error, error instanceof DeadlineError);
}

interface Failed {
  readonly call: Call;
  readonly failures: number;
  readonly options: TransportOptions;
}

/** Milliseconds before the next try; undefined when there is to be none. */
function waitBefore(error: unknown, { call, failures, options }: Failed): number | undefined {
  if (failures >= (options.retries ?? 5) || call.signal?.aborted === true) return undefined;
  if (!isWorthRepeating(call, error)) return undefined;
  return Math.max(askedWaitMs(error), backoffMs(options.backoff ?? { baseMs: 200, maxMs: 5_000 }, failures));
}

/** 429 and a connection that never stood mean that the server did nothing; after any other failure it may have acted. */
function isWorthRepeating(call: Call, error: unknown): boolean {
  if (error instanceof UnreachableError) return error.unsent || call.repeatable;
  if (!(error instanceof ApiError)) return false;
  return error.status === 429 || (call.repeatable && isTransient(call, error));
}

/** A 500 to a write mostly means that the server cannot digest what was sent: it is repeated only when the server asks for that. */
function isTransient(call: Call, { status, retryAfterSeconds }: ApiError): boolean {
  if (status === 500) return call.method === "GET" || retryAfterSeconds !== undefined;
  return status === 502 || status === 503 || status === 504;
}
