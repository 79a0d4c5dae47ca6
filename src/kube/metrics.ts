import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ControllerMetrics } from "./controller.ts";
import type { RequestSample } from "./exchange.ts";
import type { LeaderElectionMetrics } from "./lease.ts";
import { createQueueMetrics } from "./queue-metrics.ts";

/** The metrics of one process, under the names that controller-runtime and client-go use, in a registry of their own. */
export interface Metrics {
  /** The handle of one controller and its work queue; the name becomes the label `controller`. */
  controller(name: string): ControllerMetrics;
  /** The handle of one leader election; the name becomes the label `name`. */
  leaderElection(name: string): LeaderElectionMetrics;
  /** Counts one request to the API server. */
  observeRequest(sample: RequestSample): void;
  /** For metrics of one's own. */
  readonly registry: Registry;
  /** The `Content-Type` of `text()`. */
  readonly contentType: string;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
}

/** Bounds in seconds, from a pass without a change to one that waits for a server. */
const passBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const requestBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

/** Makes the metrics of a process, with the process' own (`process_…`, `nodejs_…`) among them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    controller: controllerMetrics(registry),
    leaderElection: leaderElectionMetrics(registry),
    observeRequest: requestMetrics(registry),
    registry,
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function controllerMetrics(registry: Registry): (name: string) => ControllerMetrics {
  const queue = createQueueMetrics(registry);
  const reconciles = createReconcileMetrics(registry);
  return (controller) => {
    const label = { controller };
    reconciles.startAtZero(controller);
    return {
      queue: queue(controller),
      maxConcurrent: (workers) => reconciles.maxConcurrent.set(label, workers),
      started: () => reconciles.active.inc(label),
      ended: ({ result, terminal, panic, durationMs }) => {
        reconciles.active.dec(label);
        reconciles.time.observe(label, durationMs / 1000);
        reconciles.total.inc({ controller, result });
        if (result === "error") reconciles.errors.inc(label);
        if (terminal) reconciles.terminalErrors.inc(label);
        if (panic) reconciles.panics.inc(label);
      },
    };
  };
}

function createReconcileMetrics(registry: Registry) {
  const registers = [registry];
  const named = (name: string, help: string) => ({
    name: `controller_runtime_${name}`,
    help,
    labelNames: ["controller"] as const,
    registers,
  });
  const total = new Counter({
    ...named("reconcile_total", "Total number of reconciliations per controller and result"),
    labelNames: ["controller", "result"],
  });
  const errors = new Counter(named("reconcile_errors_total", "Total number of reconciliations that failed"));
  const terminalErrors = new Counter(
    named("terminal_reconcile_errors_total", "Total number of reconciliations that failed and are not retried"),
  );
  const panics = new Counter(named("reconcile_panics_total", "Total number of reconciliations with a program fault"));
  return {
    total,
    errors,
    terminalErrors,
    panics,
    time: new Histogram({ ...named("reconcile_time_seconds", "Length of a reconciliation"), buckets: passBuckets }),
    maxConcurrent: new Gauge(named("max_concurrent_reconciles", "Largest number of reconciliations at once")),
    active: new Gauge(named("active_workers", "Number of reconciliations going on")),
    /** Prometheus sees a first increase only of what was there before. */
    startAtZero: (controller: string): void => {
      for (const result of ["success", "requeue_after", "error"]) total.inc({ controller, result }, 0);
      for (const counter of [errors, terminalErrors, panics]) counter.inc({ controller }, 0);
    },
  };
}

function leaderElectionMetrics(registry: Registry): (name: string) => LeaderElectionMetrics {
  const status = new Gauge({
    name: "leader_election_master_status",
    help: "1 while this process is the leader, else 0",
    labelNames: ["name"],
    registers: [registry],
  });
  return (name) => ({ leading: (isLeader) => status.set({ name }, isLeader ? 1 : 0) });
}

function requestMetrics(registry: Registry): (sample: RequestSample) => void {
  const registers = [registry];
  const total = new Counter({
    name: "rest_client_requests_total",
    help: "Number of requests to the API server by status code, method and host",
    labelNames: ["code", "method", "host"],
    registers,
  });
  const duration = new Histogram({
    name: "rest_client_request_duration_seconds",
    help: "Time from a request to the API server to the head of its answer by verb and host",
    labelNames: ["verb", "host"],
    buckets: requestBuckets,
    registers,
  });
  return ({ code, method, host, verb, seconds }) => {
    total.inc({ code, method, host });
    duration.observe({ verb, host }, seconds);
  };
}
