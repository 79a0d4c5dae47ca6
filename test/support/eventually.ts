import { setTimeout as delay } from "node:timers/promises";

/** How long and how often to look. */
export interface EventuallyOptions {
  /** Milliseconds after which to give up, default 120 000: long enough for a slow and busy machine, never a measure of speed. */
  readonly timeout?: number;
  /** Milliseconds between two looks, default 100. */
  readonly interval?: number;
}

/**
 * Repeats the check until it neither throws nor returns false, and resolves with what it returned. Rejects after the time-out with the
 * last failure as cause, so that the report shows the assertion that did not hold.
 */
export async function eventually<T>(check: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const { timeout = 120_000, interval = 100 } = options;
  const deadline = Date.now() + timeout;
  for (let tries = 1; ; tries++) {
    try {
      const result = await check();
      if (result !== false) return result;
      throw new Error("the check returned false");
    } catch (error) {
      if (Date.now() >= deadline) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`still not so after ${timeout} ms and ${tries} tries: ${reason}`, { cause: error });
      }
    }
    await delay(interval);
  }
}
