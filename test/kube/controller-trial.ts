import { type Controller, type ControllerOptions, createController } from "../../src/kube/controller.ts";
import type { PassEnd, Reconcile } from "../../src/kube/controller.ts";
import { keyText } from "../../src/kube/object.ts";
import { type ManualClock, manualClock } from "./manual-clock.ts";
import { type RecordingLogger, recordingLogger } from "./recording-logger.ts";

/** A key. */
export const a = { namespace: "ns", name: "a" };
/** Another key. */
export const b = { namespace: "ns", name: "b" };

/** A controller under a clock that the test moves, with everything it says and counts. */
export interface Trial {
  readonly controller: Controller;
  readonly clock: ManualClock;
  readonly log: RecordingLogger;
  readonly ends: readonly PassEnd[];
}

/** Makes a controller with that pass; its own defaults hold save what is given. */
export function trial(reconcile: Reconcile, options: Partial<ControllerOptions> = {}): Trial {
  const clock = manualClock();
  const log = recordingLogger();
  const ends: PassEnd[] = [];
  const nothing = (): void => {};
  const queue = { watch: nothing, added: nothing, depth: nothing, taken: nothing, finished: nothing, retried: nothing };
  const metrics = {
    queue,
    maxConcurrent: nothing,
    started: nothing,
    ended: (end: PassEnd) => void ends.push(end),
  };
  const { logger } = log;
  const controller = createController({ name: "test", reconcile, logger, clock, metrics, ...options });
  return { controller, clock, log, ends };
}

/** A pass that lasts until the test ends it. */
export function held() {
  const started: string[] = [];
  const enders: (() => void)[] = [];
  const reconcile: Reconcile = (key) => {
    started.push(keyText(key));
    return new Promise<void>((resolve) => enders.push(resolve));
  };
  return { started, reconcile, endNext: () => enders.shift()?.() };
}

/** Passes that throw what is given, one after the other, and succeed from then on. */
export function throwing(...thrown: readonly unknown[]) {
  const rest = [...thrown];
  let passes = 0;
  const reconcile: Reconcile = async () => {
    passes += 1;
    if (rest.length > 0) throw rest.shift();
  };
  return { reconcile, passes: () => passes };
}
