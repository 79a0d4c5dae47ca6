/** What an act is bound by: a time, and a caller who may lose interest. */
export interface Limits {
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
}

/** Nothing came within the time allowed. */
export class DeadlineError extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms / 1000} s`);
    this.name = "DeadlineError";
  }
}

/** A signal of its own for one request, and what it is bound to; everything is let go by `release`. */
export interface Bound {
  readonly signal: AbortSignal;
  /** Starts the time again, for streams that are allowed a time between two signs of life. */
  extend(): void;
  /** Gives another time from now on. */
  within(ms: number): void;
  release(): void;
}

/** Binds one request to its limits, with one controller and one timer; `AbortSignal.any` would leak listeners of long-lived signals. */
export function bind({ ms, signal }: Limits): Bound {
  const controller = new AbortController();
  const arm = (time: number): NodeJS.Timeout => setTimeout(() => controller.abort(new DeadlineError(time)), time);
  const leave = (): void => controller.abort(signal?.reason);
  let timer = arm(ms);
  if (signal?.aborted === true) leave();
  signal?.addEventListener("abort", leave, { once: true });
  return {
    signal: controller.signal,
    extend: () => {
      timer.refresh();
    },
    within: (time) => {
      clearTimeout(timer);
      timer = arm(time);
    },
    release: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", leave);
    },
  };
}

/** Waits for work that takes no signal, such as a plugin; rejects with the reason of the signal when that comes first. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const leave = (): void => aborted.reject(signal.reason);
  if (signal.aborted) leave();
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

/** Does something within its limits; rejects with `DeadlineError`, or with the reason of the caller's signal. */
export async function withDeadline<T>(limits: Limits, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const bound = bind(limits);
  try {
    return await act(bound.signal);
  } finally {
    bound.release();
  }
}
