/** The process was asked to end: no failure, but the end of what it shows. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

/** A controller that is aborted with a `StoppedError` when the process shall end: on Ctrl-C, on SIGTERM, and when nobody reads its output any more. */
export function stopController(own: NodeJS.Process): AbortController {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new StoppedError("stopped"));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) own.on(signal, stop);
  own.stdout.on("error", stop);
  return controller;
}

/** Resolves or rejects as the work does, or rejects with the signal's reason when that comes first; the work goes on then. */
export async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const leave = (): void => stopped.reject(signal.reason);
  if (signal.aborted) leave();
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
