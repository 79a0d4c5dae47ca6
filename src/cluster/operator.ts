import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Logger } from "pino";
import type { Client } from "../kube/client.ts";
import { createClient } from "../kube/client.ts";
import type { Connection } from "../kube/connection.ts";
import type { Controller } from "../kube/controller.ts";
import { createController } from "../kube/controller.ts";
import type { Recorder } from "../kube/events.ts";
import { createRecorder } from "../kube/events.ts";
import type { HealthServer } from "../kube/health.ts";
import { startHealthServer } from "../kube/health.ts";
import type { Check } from "../kube/health-checks.ts";
import { notStuck, stillTrying, synced } from "../kube/health-checks.ts";
import type { Informer } from "../kube/informer.ts";
import { createLeaderElection } from "../kube/lease.ts";
import type { Metrics } from "../kube/metrics.ts";
import { createMetrics } from "../kube/metrics.ts";
import { keyOf } from "../kube/object.ts";
import { group } from "./api/names.ts";
import type { Component } from "./components/component.ts";
import { components as allComponents } from "./components/index.ts";
import { installDefinition } from "./install-definition.ts";
import { tellingOnce } from "./rights.ts";
import { reconcile } from "./reconcile.ts";
import { missingRight } from "./sync/missing-right.ts";
import type { Watches } from "./watches.ts";
import { createWatches, onRelevantChange } from "./watches.ts";
import { createWorld } from "./world.ts";

/** An address to listen on. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** How the operator runs. */
export interface OperatorOptions {
  readonly connection: Connection;
  readonly logger: Logger;
  /** Namespace of the Lease; without it there is none, and this operator must be the only one. */
  readonly leaderElection?: { readonly namespace: string };
  /** Namespaces whose clusters it looks after; all of them when left out or empty. */
  readonly watchNamespaces?: readonly string[];
  readonly installDefinition: boolean;
  readonly workers: number;
  readonly resyncMs: number;
  /** How long the data of a cluster that is deleted with it is waited for, in milliseconds; `Infinity` is for ever. */
  readonly deletionDeadlineMs: number;
  /** Where health, and where metrics are served; neither when left out. */
  readonly health?: Address;
  readonly metrics?: Address;
  /** Other components than those of the platform, for tests. */
  readonly components?: readonly Component[];
}

/** Name of the Lease: that of the reference, so that the two never act at the same time. */
const leaseName = "onecloud-controller-manager";

const controllerName = "onecloudcluster";

/** Pauses between two tries of a cluster that fails, in milliseconds: long enough for a quiet log, short enough for the person who mends it. */
const retries = { baseDelayMs: 500, maxDelayMs: 30_000 };

interface Running {
  readonly options: OperatorOptions;
  readonly client: Client;
  readonly watches: Watches;
  readonly recorder: Recorder;
  readonly controller: Controller;
  readonly collected: Metrics;
}

/** Runs the operator until the signal is aborted, or the Lease is lost, which rejects. */
export async function runOperator(options: OperatorOptions, signal: AbortSignal): Promise<void> {
  const running = await prepare(options);
  const servers = await serve(running);
  for (const watch of running.watches.all) watch.start();
  try {
    await lead(running, signal);
  } finally {
    await running.controller.stop();
    await Promise.all(running.watches.all.map((watch) => watch.stop()));
    await running.recorder.flush();
    running.recorder.stop();
    await Promise.all(servers.map((server) => server.close()));
  }
}

async function prepare(options: OperatorOptions): Promise<Running> {
  const { connection, logger, components = allComponents } = options;
  const collected = createMetrics();
  const silent = createClient(connection, { logger, metrics: collected });
  const client = tellingOnce(silent, logger);
  const { minor } = await client.version();
  const recorder = createRecorder({ client, component: `${group}/operator`, instance: hostname(), logger });
  const watches = createWatches(silent, logger, options.watchNamespaces);
  const { deletionDeadlineMs } = options;
  const kubernetesMinor = Number.parseInt(minor, 10);
  const world = createWorld({ client, watches, recorder, components, kubernetesMinor, deletionDeadlineMs });
  const controller = createController({
    name: controllerName,
    reconcile: (key, { log }) => reconcile(key, world, log),
    workers: options.workers,
    resyncMs: options.resyncMs,
    keys: () => watches.clusters.list().map(keyOf),
    queue: retries,
    logger,
    metrics: collected.controller(controllerName),
  });
  onRelevantChange(watches, (key) => controller.enqueue(key));
  return { options, client, watches, recorder, controller, collected };
}

async function serve({ options, watches, controller, collected }: Running): Promise<readonly HealthServer[]> {
  const { health, metrics, logger } = options;
  const healthz = [
    notStuck(controllerName, controller),
    ...watches.all.map((watch) => stillTrying(watch.kind.plural, watch)),
  ];
  const readyz = watches.all.map((watch) => seen(watch, watches.optional.includes(watch)));
  const shared = health !== undefined && metrics !== undefined && health.port === metrics.port;
  const listening = [
    ...(health === undefined
      ? []
      : [startHealthServer({ ...health, healthz, readyz, logger, ...(shared && { metrics: collected }) })]),
    ...(metrics === undefined || shared ? [] : [startHealthServer({ ...metrics, metrics: collected, logger })]),
  ];
  return await Promise.all(listening);
}

/** Fails until the watch has listed its objects; one without which the operator can do may lack the right to it. */
function seen(watch: Informer, isOptional: boolean): Check {
  const listed = synced(watch.kind.plural, watch);
  const check = (): string | undefined => {
    const denial = watch.hasSynced() ? undefined : watch.denied();
    if (denial === undefined) return listed.check();
    return isOptional ? undefined : missingRight(denial);
  };
  return { name: listed.name, check };
}

async function lead(running: Running, signal: AbortSignal): Promise<void> {
  const { options, client, controller, collected } = running;
  const { leaderElection, logger } = options;
  if (leaderElection === undefined) {
    await act(running, signal);
    await aborted(signal);
    return;
  }
  const election = createLeaderElection({
    client,
    name: leaseName,
    identity: `${hostname()}_${randomUUID()}`,
    ...leaderElection,
    logger,
    metrics: collected.leaderElection(leaseName),
    onStarted: (term) => act(running, term),
    onStopped: (why) => controller.stop(why === "lost" ? 0 : undefined),
  });
  await election.run(signal);
  if (!signal.aborted) throw new Error("the Lease was lost: the process ends, so that it can start anew");
}

/** What only the one that leads does. It does not wait for caches any longer when its signal is aborted. */
async function act({ options, client, watches, controller }: Running, signal: AbortSignal): Promise<void> {
  if (options.installDefinition) await installDefinition(client, options.logger);
  await Promise.race([Promise.all(watches.all.map((watch) => watch.settled)), aborted(signal)]);
  if (signal.aborted) return;
  options.logger.info({ clusters: watches.clusters.list().length }, "caches synced, starting");
  controller.start();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
