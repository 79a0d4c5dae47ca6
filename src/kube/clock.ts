/** Takes a timer back; a second call does nothing. */
export type Cancel = () => void;

/** The passing of time, handed in so that a test can let hours pass at once. */
export interface Clock {
  /** Milliseconds on a scale that only ever goes forward; its zero means nothing. */
  now(): number;
  /** Milliseconds since 1970 as the machine believes them; may jump when the machine's clock is set. */
  epoch(): number;
  /** Calls `run` once after `ms` milliseconds, at most about 24 days ahead. */
  after(ms: number, run: () => void): Cancel;
}

/** What `setTimeout` can wait at most; a larger number would fire at once. */
const longestTimer = 2 ** 31 - 1;

function realClock(keepAlive: boolean): Clock {
  return {
    now: () => performance.now(),
    epoch: () => Date.now(),
    after: (ms, run) => {
      const timer = setTimeout(run, Math.min(Math.max(ms, 0), longestTimer));
      if (!keepAlive) timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** The machine's clock; its timers never keep the process alive. */
export const systemClock: Clock = realClock(false);

/** The machine's clock for a loop that is itself the reason why the process lives. */
export const keepAliveClock: Clock = realClock(true);

/** Resolves after `ms` milliseconds, or as soon as the signal is aborted; it never rejects. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener("abort", end, { once: true });
  });
}

/** A time as Kubernetes' MicroTime wants it: UTC with exactly six digits after the point. */
export function microTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "000Z");
}
