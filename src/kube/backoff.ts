import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "./api-error.ts";

/** How long to wait between tries: doubling from `baseMs` up to `maxMs`. */
export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Milliseconds to wait before the next try after `failures` (from 0) failures in a row: a random time between half and all of the doubled base. */
export function backoffMs(backoff: Backoff, failures: number, random: number = Math.random()): number {
  const whole = Math.min(backoff.maxMs, backoff.baseMs * 2 ** Math.min(failures, 30));
  return whole * (0.5 + random / 2);
}

/** Milliseconds that the server asks to wait (`Retry-After`), zero when it asks for nothing. */
export function askedWaitMs(error: unknown): number {
  return error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
}

/** Waits; rejects as soon as the signal is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal });
}
