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
