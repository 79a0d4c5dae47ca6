import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import { type Cancel, type Clock, keepAliveClock, sleep, systemClock } from "./clock.ts";
import { keyText, type ObjectKey, parseKey } from "./object.ts";
import type { RateLimits } from "./rate-limiter.ts";
import { asError, isPanic, isTerminal } from "./reconcile-error.ts";
import { createWorkQueue, type QueueObserver, type WorkQueue } from "./work-queue.ts";

export { TerminalError } from "./reconcile-error.ts";

/** What a pass that succeeded asks for. */
export interface Result {
  /** When to come back without a change, in milliseconds; zero or less means not at all. */
  readonly requeueAfterMs?: number;
}

/** What a pass gets beside the key. */
export interface ReconcileContext {
  /** A logger that carries the controller, the key and the pass. */
  readonly log: Logger;
  /** Is aborted when the pass is beyond its deadline, or when the controller stops and no longer waits. */
  readonly signal: AbortSignal;
  /** Names this pass in logs. */
  readonly passId: string;
}

/** Makes the world so for one key; what it throws is retried with back-off, save a `TerminalError`. */
export interface Reconcile {
  (key: ObjectKey, context: ReconcileContext): Promise<Result | void>;
}

/** How a pass ended. */
export interface PassEnd {
  readonly result: "success" | "requeue_after" | "error";
  readonly terminal: boolean;
  readonly panic: boolean;
  readonly durationMs: number;
}

/** Is told what a controller does. */
export interface ControllerMetrics {
  readonly queue: QueueObserver;
  /** The controller runs at most so many passes at once. */
  maxConcurrent(workers: number): void;
  started(): void;
  ended(end: PassEnd): void;
}

/** Runs passes over keys: never two over one key at once, each failed one again with back-off. */
export interface Controller {
  /** Asks for a pass; several wishes before it starts are one. */
  enqueue(key: ObjectKey): void;
  /** Asks for a pass after so many milliseconds. */
  enqueueAfter(key: ObjectKey, ms: number): void;
  /** Starts the workers and the periodic resync; a second call does nothing. */
  start(): void;
  /**
   * Starts no further pass and waits for those in work, at most `drainMs` milliseconds (default: the controller's own);
   * then their signals are aborted and it waits a moment longer. It never rejects.
   */
  stop(drainMs?: number): Promise<void>;
  /** The key, as text, whose pass is beyond its deadline and goes on; undefined if there is none. */
  stuck(): string | undefined;
}

/** How to make a controller. */
export interface ControllerOptions {
  /** Names the controller in logs and metrics. */
  readonly name: string;
  readonly reconcile: Reconcile;
  /** Passes at once; 5. */
  readonly workers?: number | undefined;
  /** Every `keys()` gets a pass about this often, in milliseconds, spread over a tenth of it; 600 000, 0 for never. */
  readonly resyncMs?: number | undefined;
  readonly keys?: (() => Iterable<ObjectKey>) | undefined;
  /** How long one pass may take, in milliseconds; 600 000. */
  readonly deadlineMs?: number | undefined;
  /** How long `stop` waits before it aborts passes, in milliseconds; 10 000. */
  readonly drainMs?: number | undefined;
  readonly logger: Logger;
  readonly metrics?: ControllerMetrics | undefined;
  readonly queue?: RateLimits | undefined;
  readonly clock?: Clock | undefined;
}

/** How long a pass may take to end after its signal was aborted by `stop`. */
const abortGraceMs = 1_000;

interface Pass {
  readonly key: ObjectKey;
  readonly id: string;
  readonly log: Logger;
  readonly startedAt: number;
  readonly abort: AbortController;
}

type Verdict =
  | { readonly is: "success" }
  | { readonly is: "requeue_after"; readonly ms: number }
  | { readonly is: "terminal" | "error" | "abandoned"; readonly thrown: unknown };

interface Running {
  readonly options: ControllerOptions;
  readonly log: Logger;
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly queue: WorkQueue<string>;
  readonly passes: Map<string, Pass>;
  workers: readonly Promise<void>[];
  cancelResync: Cancel | undefined;
  state: "new" | "running" | "stopping";
}

/** Makes a controller that stands still until `start`; keys may be enqueued before. */
export function createController(options: ControllerOptions): Controller {
  const { clock = systemClock, deadlineMs = 600_000, drainMs = 10_000 } = options;
  const running: Running = {
    options,
    log: options.logger.child({ controller: options.name }),
    clock,
    deadlineMs,
    queue: createWorkQueue({ limits: options.queue, observer: options.metrics?.queue, clock }),
    passes: new Map(),
    workers: [],
    cancelResync: undefined,
    state: "new",
  };
  return {
    enqueue: (key) => running.queue.add(keyText(key)),
    enqueueAfter: (key, ms) => running.queue.addAfter(keyText(key), ms),
    start: () => start(running),
    stop: (ms = drainMs) => stop(running, ms),
    stuck: () => stuck(running),
  };
}

function start(running: Running): void {
  if (running.state !== "new") return;
  running.state = "running";
  const { workers = 5, metrics } = running.options;
  metrics?.maxConcurrent(workers);
  running.log.info({ workers }, "starting workers");
  running.workers = Array.from({ length: workers }, () => work(running));
  scheduleResync(running);
}

async function stop(running: Running, drainMs: number): Promise<void> {
  running.state = "stopping";
  running.cancelResync?.();
  running.queue.shutDown();
  if (await drained(running, drainMs)) return;
  for (const pass of running.passes.values()) pass.abort.abort(new Error("the controller stops"));
  if (await drained(running, abortGraceMs)) return;
  running.log.warn({ keys: [...running.passes.keys()] }, "passes did not end when the controller stopped");
}

/** Waits for all passes to end, at most so many milliseconds, and tells whether they did. */
async function drained(running: Running, ms: number): Promise<boolean> {
  const over = new AbortController();
  void Promise.all(running.workers).then(() => over.abort());
  await sleep(running.options.clock ?? keepAliveClock, ms, over.signal);
  return running.passes.size === 0;
}

function stuck(running: Running): string | undefined {
  const limit = running.clock.now() - running.deadlineMs;
  for (const [text, pass] of running.passes) if (pass.startedAt < limit) return text;
  return undefined;
}

/** Two controllers started together must not resync together, nor one all of its keys at once. */
function scheduleResync(running: Running): void {
  const { resyncMs = 600_000, keys } = running.options;
  if (resyncMs <= 0 || keys === undefined) return;
  running.cancelResync = running.clock.after(resyncMs * (0.9 + 0.2 * Math.random()), () => {
    try {
      for (const key of keys()) running.queue.addAfter(keyText(key), (resyncMs / 10) * Math.random());
    } catch (error) {
      running.log.error({ err: asError(error) }, "cannot list the keys to resync");
    }
    scheduleResync(running);
  });
}

async function work(running: Running): Promise<void> {
  const { queue, passes } = running;
  for (let text = await queue.get(); text !== undefined; text = await queue.get()) {
    const pass = begin(running, parseKey(text));
    passes.set(text, pass);
    const cancelDeadline = running.clock.after(running.deadlineMs, () => expire(running, pass));
    settle(running, pass, await verdictOf(running, pass));
    cancelDeadline();
    passes.delete(text);
    queue.done(text);
  }
}

function begin(running: Running, key: ObjectKey): Pass {
  running.options.metrics?.started();
  const id = randomBytes(4).toString("hex");
  const log = running.log.child({ key: keyText(key), passId: id });
  return { key, id, log, startedAt: running.clock.now(), abort: new AbortController() };
}

function expire(running: Running, pass: Pass): void {
  const { deadlineMs } = running;
  pass.log.warn({ deadlineMs }, "pass is beyond its deadline");
  pass.abort.abort(new Error(`pass is beyond its deadline of ${deadlineMs} ms`));
}

async function verdictOf(running: Running, pass: Pass): Promise<Verdict> {
  try {
    const context = { log: pass.log, signal: pass.abort.signal, passId: pass.id };
    const result = await running.options.reconcile(pass.key, context);
    const ms = result?.requeueAfterMs ?? 0;
    return ms > 0 ? { is: "requeue_after", ms } : { is: "success" };
  } catch (thrown) {
    if (running.state === "stopping" && pass.abort.signal.aborted) return { is: "abandoned", thrown };
    return { is: isTerminal(thrown) ? "terminal" : "error", thrown };
  }
}

/** The one place that decides on retries, counts, and logs what a pass threw. */
function settle(running: Running, pass: Pass, verdict: Verdict): void {
  const { queue } = running;
  const text = keyText(pass.key);
  const durationMs = running.clock.now() - pass.startedAt;
  switch (verdict.is) {
    case "success":
      queue.forget(text);
      break;
    case "requeue_after":
      queue.forget(text);
      queue.addAfter(text, verdict.ms);
      break;
    case "terminal":
      queue.forget(text);
      pass.log.error({ err: asError(verdict.thrown), terminal: true, durationMs }, "Reconciler error");
      break;
    case "error":
      queue.addRateLimited(text);
      pass.log.error(
        { err: asError(verdict.thrown), failures: queue.numRequeues(text), durationMs },
        "Reconciler error",
      );
      break;
    case "abandoned":
      pass.log.info({ durationMs }, "pass given up because the controller stops");
      break;
  }
  pass.log.debug({ result: verdict.is, durationMs }, "pass ended");
  running.options.metrics?.ended({ ...countsOf(verdict), durationMs });
}

function countsOf(verdict: Verdict): Omit<PassEnd, "durationMs"> {
  if (verdict.is === "success" || verdict.is === "requeue_after") {
    return { result: verdict.is, terminal: false, panic: false };
  }
  return { result: "error", terminal: verdict.is === "terminal", panic: isPanic(verdict.thrown) };
}
