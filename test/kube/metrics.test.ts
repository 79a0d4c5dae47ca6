import { describe, expect, it } from "vitest";
import { createController, TerminalError } from "../../src/kube/controller.ts";
import { createMetrics, type Metrics } from "../../src/kube/metrics.ts";
import { manualClock } from "./manual-clock.ts";
import { silentLogger } from "./recording-logger.ts";

/** The value of one series, `name{label="value"}`, as `/metrics` would show it. */
async function valueOf(metrics: Metrics, series: string): Promise<number | undefined> {
  const line = (await metrics.text()).split("\n").find((text) => text.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe("metrics", () => {
  it("show a controller's counters from the start, so that the first failure is an increase", async () => {
    const metrics = createMetrics();
    metrics.controller("web");
    for (const name of ["reconcile_errors", "terminal_reconcile_errors", "reconcile_panics"]) {
      expect(await valueOf(metrics, `controller_runtime_${name}_total{controller="web"}`)).toBe(0);
    }
    for (const result of ["success", "requeue_after", "error"]) {
      expect(await valueOf(metrics, `controller_runtime_reconcile_total{controller="web",result="${result}"}`)).toBe(0);
    }
    expect(await valueOf(metrics, `workqueue_adds_total{name="web",controller="web"}`)).toBe(0);
  });

  it("count what a controller and its queue do under the names of controller-runtime and client-go", async () => {
    const metrics = createMetrics();
    const clock = manualClock();
    const hanging = Promise.withResolvers<void>();
    const controller = createController({
      name: "web",
      workers: 3,
      logger: silentLogger,
      clock,
      metrics: metrics.controller("web"),
      reconcile: async ({ name }) => {
        if (name === "fine") return { requeueAfterMs: 3_600_000 };
        if (name === "bad") throw new TerminalError("no");
        if (name === "fault") throw new TypeError("x is undefined");
        return hanging.promise;
      },
    });
    controller.start();
    for (const name of ["fine", "bad", "fault", "slow"]) controller.enqueue({ name });
    await clock.advance(4);
    const of = (series: string) => valueOf(metrics, series);
    const runtime = (name: string) => of(`controller_runtime_${name}{controller="web"}`);
    const queue = (name: string) => of(`workqueue_${name}{name="web",controller="web"}`);
    expect(await of(`controller_runtime_reconcile_total{controller="web",result="requeue_after"}`)).toBe(1);
    expect(await of(`controller_runtime_reconcile_total{controller="web",result="error"}`)).toBe(2);
    expect(await runtime("reconcile_errors_total")).toBe(2);
    expect(await runtime("terminal_reconcile_errors_total")).toBe(1);
    expect(await runtime("reconcile_panics_total")).toBe(1);
    expect(await runtime("reconcile_time_seconds_count")).toBe(3);
    expect(await runtime("max_concurrent_reconciles")).toBe(3);
    expect(await runtime("active_workers")).toBe(1);
    expect(await queue("adds_total")).toBe(4);
    expect(await queue("retries_total")).toBe(2);
    expect(await queue("depth")).toBe(0);
    expect(await queue("queue_duration_seconds_count")).toBe(4);
    expect(await queue("work_duration_seconds_count")).toBe(3);
    expect(await queue("unfinished_work_seconds")).toBeCloseTo(0.004);
    expect(await queue("longest_running_processor_seconds")).toBeCloseTo(0.004);
    hanging.resolve();
    await controller.stop();
    expect(await runtime("active_workers")).toBe(0);
    expect(await queue("unfinished_work_seconds")).toBe(0);
  });

  it("count requests and show who leads", async () => {
    const metrics = createMetrics();
    const request = { verb: "list", method: "GET", host: "127.0.0.1:6443", code: "200", seconds: 0.02 };
    metrics.observeRequest(request);
    metrics.observeRequest(request);
    const leading = metrics.leaderElection("lock");
    leading.leading(true);
    expect(await valueOf(metrics, `rest_client_requests_total{code="200",method="GET",host="127.0.0.1:6443"}`)).toBe(2);
    expect(
      await valueOf(metrics, `rest_client_request_duration_seconds_count{verb="list",host="127.0.0.1:6443"}`),
    ).toBe(2);
    expect(await valueOf(metrics, `leader_election_master_status{name="lock"}`)).toBe(1);
    leading.leading(false);
    expect(await valueOf(metrics, `leader_election_master_status{name="lock"}`)).toBe(0);
  });

  it("tell of the process, and nothing of another registry in the same process", async () => {
    const metrics = createMetrics();
    createMetrics().controller("other");
    expect(await valueOf(metrics, "process_resident_memory_bytes")).toBeGreaterThan(0);
    expect(await metrics.text()).not.toContain("other");
    expect(metrics.contentType).toContain("text/plain");
  });
});
