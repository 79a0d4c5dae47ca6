import type { Logger } from "pino";
import type { Denial } from "./api-error.ts";
import { ApiError, denialOf, isGone, isInitializing, isNotFound } from "./api-error.ts";
import { askedWaitMs, backoffMs, pause } from "./backoff.ts";
import type { Backoff } from "./backoff.ts";
import type { Selection } from "./call-options.ts";
import type { Client } from "./client.ts";
import type { Kind, KubeObject } from "./object.ts";
import type { WatchEvent } from "./watch.ts";

/** Who is told of what the server has. */
export interface Listener {
  /** A whole list, as of a resourceVersion; everything else is gone. */
  replace(objects: readonly KubeObject[], resourceVersion: string): void;
  /** One event of the watch that goes on from the list. */
  observe(event: WatchEvent): void;
  /** The right to list or watch is missing; told once, until something else is told. Trying goes on. */
  refuse(denial: Denial): void;
}

/** How a reflector keeps itself alive. The defaults are right for production; tests shorten them. */
export interface ReflectorOptions {
  readonly logger?: Logger | undefined;
  /** Silence after which a watch is given up and resumed, default two minutes: bookmarks come about every minute. */
  readonly idleTimeoutMs?: number | undefined;
  /** Seconds after which the server is asked to end a watch, drawn between these two so that not all end together; default 300 to 600. */
  readonly watchSeconds?: readonly [number, number] | undefined;
  /** Waits between tries, default from 200 ms up to 15 s; a longer `Retry-After` goes before. */
  readonly backoff?: Backoff | undefined;
  readonly metrics?: ReflectorMetrics | undefined;
}

/** Counts what a reflector does. */
export interface ReflectorMetrics {
  /** A whole list was taken over. */
  listed(kind: Kind, objects: number): void;
  /** A list or a watch failed, and will be tried again. */
  failed(kind: Kind, error: unknown): void;
}

/** What is reflected, from where, and for whom. */
export interface Reflected {
  readonly client: Pick<Client, "list" | "watch">;
  readonly kind: Kind;
  readonly selection: Selection;
  readonly listener: Listener;
}

/** Keeps a listener up to date with what the server has: one list, then watches that each go on where the last one ended. */
export interface Reflector {
  start(): void;
  /** Resolves when nothing will be told any more. */
  stop(): Promise<void>;
  /** When it last tried or heard something, in milliseconds on the scale of `performance.now()`. */
  lastActivity(): number;
}

/** Wait between tries while a right is missing: a person has to give it. */
const deniedMaxMs = 60_000;

/** The server may ask for a longer wait than this; nobody gains by a reflector that looks dead. */
const maxAskedWaitMs = 60_000;

/** A watch that the server ends sooner, and empty, counts as a failure. */
const soonMs = 1_000;

interface Run {
  readonly reflected: Reflected;
  readonly options: ReflectorOptions;
  readonly signal: AbortSignal;
  /** Where to go on from; undefined when a list is needed. */
  resourceVersion: string | undefined;
  failures: number;
  lastActivity: number;
  /** What was last logged, so that a cause is logged once and not at every try. */
  cause: string | undefined;
}

/** Makes a reflector that is not started yet. No failure ever ends it, only `stop`. */
export function reflector(reflected: Reflected, options: ReflectorOptions = {}): Reflector {
  const controller = new AbortController();
  const run: Run = {
    reflected,
    options,
    signal: controller.signal,
    resourceVersion: undefined,
    failures: 0,
    lastActivity: performance.now(),
    cause: undefined,
  };
  let done: Promise<void> | undefined;
  return {
    start() {
      done ??= loop(run);
    },
    async stop() {
      controller.abort(new Error("the reflector is being stopped"));
      await done;
    },
    lastActivity: () => run.lastActivity,
  };
}

async function loop(run: Run): Promise<void> {
  while (!run.signal.aborted) {
    try {
      await listAndWatch(run);
    } catch (error) {
      if (run.signal.aborted) return;
      await recover(run, error);
    }
  }
}

async function listAndWatch(run: Run): Promise<void> {
  run.lastActivity = performance.now();
  run.resourceVersion ??= await list(run);
  const started = performance.now();
  const events = await watch(run, run.resourceVersion);
  if (events === 0 && performance.now() - started < soonMs) throw new Error("the server ended the watch at once");
  isWell(run);
}

async function list(run: Run): Promise<string> {
  const { client, kind, selection, listener } = run.reflected;
  const { items, resourceVersion } = await client.list(kind, { ...selection, signal: run.signal });
  listener.replace(items, resourceVersion);
  run.options.metrics?.listed(kind, items.length);
  run.lastActivity = performance.now();
  return resourceVersion;
}

/** Tells the events of one watch, and how many they were. */
async function watch(run: Run, resourceVersion: string): Promise<number> {
  const { client, kind, selection, listener } = run.reflected;
  const [least, most] = run.options.watchSeconds ?? [300, 600];
  let events = 0;
  const stream = client.watch(kind, {
    ...selection,
    resourceVersion,
    allowBookmarks: true,
    timeoutSeconds: Math.ceil(least + Math.random() * (most - least)),
    idleTimeoutMs: run.options.idleTimeoutMs ?? 120_000,
    signal: run.signal,
  });
  for await (const event of stream) {
    if (run.signal.aborted) break;
    listener.observe(event);
    run.resourceVersion = event.object.metadata.resourceVersion ?? run.resourceVersion;
    events += 1;
    isWell(run);
  }
  return events;
}

function isWell(run: Run): void {
  run.lastActivity = performance.now();
  run.failures = 0;
  if (run.cause === undefined) return;
  run.cause = undefined;
  run.options.logger?.info({ kind: run.reflected.kind.kind }, "watching again");
}

/** Decides where to go on from and waits. The first 410 is answered at once: it is the normal way to learn that a list is due. */
async function recover(run: Run, error: unknown): Promise<void> {
  if (isGone(error)) run.resourceVersion = undefined;
  const isFirstGone = isGone(error) && run.failures === 0;
  const waitMs = isFirstGone ? 0 : waitBefore(run, error);
  run.failures += 1;
  report(run, error, waitMs);
  await pause(waitMs, run.signal).catch(() => undefined);
  run.lastActivity = performance.now();
}

function waitBefore(run: Run, error: unknown): number {
  const backoff = run.options.backoff ?? { baseMs: 200, maxMs: 15_000 };
  const maxMs = denialOf(error) === undefined ? backoff.maxMs : Math.max(backoff.maxMs, deniedMaxMs);
  return Math.max(Math.min(askedWaitMs(error), maxAskedWaitMs), backoffMs({ ...backoff, maxMs }, run.failures));
}

function report(run: Run, error: unknown, waitMs: number): void {
  const { kind, listener } = run.reflected;
  run.options.metrics?.failed(kind, error);
  const cause = causeOf(error);
  const isKnown = isGone(error) || cause === run.cause;
  log(run, error, { isKnown, waitMs });
  if (isKnown) return;
  run.cause = cause;
  const denial = denialOf(error);
  if (denial !== undefined) listener.refuse(denial);
}

/** Each cause is a warning once; of a missing right the listener says more than the error does. */
function log(
  run: Run,
  error: unknown,
  { isKnown, waitMs }: { readonly isKnown: boolean; readonly waitMs: number },
): void {
  const { kind } = run.reflected.kind;
  const { logger } = run.options;
  const isQuiet = isKnown || denialOf(error) !== undefined;
  // A kind that was never there may be about to come, and a definition that was just written is taken in.
  const isNotYet = isInitializing(error) || (isNotFound(error) && run.resourceVersion === undefined);
  if (!isQuiet && isNotYet) logger?.info({ kind }, "the server does not serve this kind yet, waiting for it");
  else
    logger?.[isQuiet ? "debug" : "warn"]({ kind, err: error, waitMs: Math.round(waitMs) }, "cannot watch, trying on");
}

/** What makes two failures the same to a reader of the log. */
function causeOf(error: unknown): string {
  if (error instanceof ApiError) return `${error.status} ${error.reason}`;
  return error instanceof Error ? error.name : "unknown";
}
