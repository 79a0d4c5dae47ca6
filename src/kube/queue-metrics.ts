import { Counter, exponentialBuckets, Gauge, Histogram, type Registry } from "prom-client";
import type { QueueObserver } from "./work-queue.ts";

/** Reads for how many milliseconds each key of one queue has been in work. */
type InWork = () => readonly number[];

const labelNames = ["name", "controller"] as const;

/** Registers the work queue metrics of client-go and makes the observer of each queue; the queue is named as its controller. */
export function createQueueMetrics(registry: Registry): (controller: string) => QueueObserver {
  const registers = [registry];
  const metrics = {
    depth: new Gauge({ name: "workqueue_depth", help: "Number of keys that wait", labelNames, registers }),
    adds: new Counter({ name: "workqueue_adds_total", help: "Number of keys added", labelNames, registers }),
    retries: new Counter({
      name: "workqueue_retries_total",
      help: "Number of keys added with a delay",
      labelNames,
      registers,
    }),
    waited: durations(registry, "workqueue_queue_duration_seconds", "How long a key waits before it is taken"),
    worked: durations(registry, "workqueue_work_duration_seconds", "How long a key is in work"),
  };
  const watch = createInWorkGauges(registry);
  return (controller) => {
    const label = { name: controller, controller };
    metrics.adds.inc(label, 0);
    metrics.retries.inc(label, 0);
    return {
      watch: (inWorkMs) => watch(controller, inWorkMs),
      added: () => metrics.adds.inc(label),
      depth: (length) => metrics.depth.set(label, length),
      taken: (waitedMs) => metrics.waited.observe(label, waitedMs / 1000),
      finished: (workedMs) => metrics.worked.observe(label, workedMs / 1000),
      retried: () => metrics.retries.inc(label),
    };
  };
}

function durations(registry: Registry, name: string, help: string): Histogram<"name" | "controller"> {
  return new Histogram({ name, help, labelNames, buckets: exponentialBuckets(0.0001, 10, 8), registers: [registry] });
}

/** Gauges about keys that are in work just now are computed when they are read. */
function createInWorkGauges(registry: Registry): (controller: string, inWork: InWork) => void {
  const queues = new Map<string, InWork>();
  const gauge = (name: string, help: string, of: (ms: readonly number[]) => number): void => {
    const collect = function (this: Gauge<"name" | "controller">): void {
      for (const [controller, inWork] of queues) this.set({ name: controller, controller }, of(inWork()) / 1000);
    };
    registry.registerMetric(new Gauge({ name, help, labelNames, registers: [], collect }));
  };
  gauge("workqueue_unfinished_work_seconds", "How long all keys in work have been there together", (ms) =>
    ms.reduce((sum, one) => sum + one, 0),
  );
  gauge("workqueue_longest_running_processor_seconds", "How long the oldest key in work has been there", (ms) =>
    Math.max(0, ...ms),
  );
  return (controller, inWork) => void queues.set(controller, inWork);
}
