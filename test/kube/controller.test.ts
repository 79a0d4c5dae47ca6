import { describe, expect, it } from "vitest";
import { a, b, held, throwing, trial } from "./controller-trial.ts";

describe("a controller", () => {
  it("passes once over a key that was enqueued twice before it started", async () => {
    const { reconcile, passes } = throwing();
    const { controller, clock, ends } = trial(reconcile);
    controller.enqueue(a);
    controller.enqueue(a);
    controller.start();
    controller.start();
    await clock.advance(0);
    expect(passes()).toBe(1);
    expect(ends).toEqual([{ result: "success", terminal: false, panic: false, durationMs: 0 }]);
  });

  it("gives each pass its key, an id of its own and a logger that carries both", async () => {
    const ids: string[] = [];
    const { controller, clock, log } = trial(async (key, { log: passLog, passId }) => {
      ids.push(passId);
      passLog.info({ given: key }, "here");
    });
    controller.enqueue(a);
    controller.enqueue({ name: "b" });
    controller.start();
    await clock.advance(0);
    expect(new Set(ids).size).toBe(2);
    expect(log.lines().filter((line) => line.msg === "here")).toMatchObject([
      { controller: "test", key: "ns/a", given: a, passId: ids[0] },
      { controller: "test", key: "b", given: { name: "b" }, passId: ids[1] },
    ]);
  });

  it("never has two passes over one key, and passes again over one that was enqueued meanwhile", async () => {
    const { started, reconcile, endNext } = held();
    const { controller, clock } = trial(reconcile);
    controller.start();
    controller.enqueue(a);
    await clock.advance(0);
    controller.enqueue(a);
    await clock.advance(0);
    expect(started).toEqual(["ns/a"]);
    endNext();
    await clock.advance(0);
    expect(started).toEqual(["ns/a", "ns/a"]);
  });

  it("has as many passes at once as it has workers", async () => {
    const { started, reconcile, endNext } = held();
    const { controller, clock } = trial(reconcile, { workers: 2 });
    controller.start();
    for (const name of ["a", "b", "c"]) controller.enqueue({ name });
    await clock.advance(0);
    expect(started).toEqual(["a", "b"]);
    endNext();
    await clock.advance(0);
    expect(started).toEqual(["a", "b", "c"]);
  });

  it("comes back after the time that a pass asked for, and not before", async () => {
    let passes = 0;
    const { controller, clock, ends } = trial(async () => {
      passes += 1;
      return passes === 1 ? { requeueAfterMs: 5_000 } : undefined;
    });
    controller.start();
    controller.enqueue(a);
    await clock.advance(4_999);
    expect(passes).toBe(1);
    await clock.advance(1);
    expect(passes).toBe(2);
    await clock.advance(100_000);
    expect(passes).toBe(2);
    expect(ends.map((end) => end.result)).toEqual(["requeue_after", "success"]);
  });

  it("passes over a key after the time for which it was enqueued", async () => {
    const { reconcile, passes } = throwing();
    const { controller, clock } = trial(reconcile);
    controller.start();
    controller.enqueueAfter(a, 100);
    await clock.advance(99);
    expect(passes()).toBe(0);
    await clock.advance(1);
    expect(passes()).toBe(1);
  });
});

describe("the periodic resync", () => {
  it("passes over every key about once in its period, not over all at once", async () => {
    const passed: [string, number][] = [];
    const names = Array.from({ length: 20 }, (_, n) => `key-${n}`);
    const { controller, clock } = trial(async (key) => void passed.push([key.name, clock.now()]), {
      resyncMs: 100_000,
      keys: () => names.map((name) => ({ name })),
    });
    controller.start();
    await clock.advance(89_999);
    expect(passed).toEqual([]);
    await clock.advance(30_001);
    expect(passed.map(([name]) => name).toSorted()).toEqual(names.toSorted());
    expect(new Set(passed.map(([, at]) => at)).size).toBeGreaterThan(1);
    await clock.advance(120_000);
    expect(passed.length).toBeGreaterThanOrEqual(40);
  });

  it("goes on after the keys could not be told once", async () => {
    const { reconcile, passes } = throwing();
    let asked = 0;
    const { controller, clock, log } = trial(reconcile, {
      resyncMs: 1_000,
      keys: () => {
        asked += 1;
        if (asked === 1) throw new Error("no cache");
        return [a];
      },
    });
    controller.start();
    await clock.advance(2_500);
    expect(passes()).toBeGreaterThanOrEqual(1);
    expect(log.lines(50)).toHaveLength(1);
  });

  it("does not happen when its period is zero", async () => {
    const { reconcile, passes } = throwing();
    const { controller, clock } = trial(reconcile, { resyncMs: 0, keys: () => [a] });
    controller.start();
    await clock.advance(10_000_000);
    expect(passes()).toBe(0);
  });
});

describe("stopping a controller", () => {
  it("waits for the passes in work and starts no other", async () => {
    const { started, reconcile, endNext } = held();
    const { controller, clock } = trial(reconcile, { workers: 1, keys: () => [a] });
    controller.start();
    controller.enqueue(a);
    controller.enqueue(b);
    await clock.advance(0);
    let stopped = false;
    const stopping = controller.stop().then(() => (stopped = true));
    await clock.advance(100);
    expect(stopped).toBe(false);
    endNext();
    await stopping;
    controller.enqueue(a);
    await clock.advance(10_000_000);
    expect(started).toEqual(["ns/a"]);
    expect(clock.timers()).toBe(0);
  });

  it("aborts the passes that take too long and does not call that an error", async () => {
    const { controller, clock, log } = trial(
      (_, { signal }) => new Promise((__, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      { drainMs: 500 },
    );
    controller.start();
    controller.enqueue(a);
    await clock.advance(0);
    const stopping = controller.stop();
    await clock.advance(500);
    await stopping;
    expect(log.lines(40)).toEqual([]);
  });

  it("gives up a pass that does not heed its signal, and names it in the log", async () => {
    const { controller, clock, log } = trial(held().reconcile);
    controller.start();
    controller.enqueue(a);
    await clock.advance(0);
    const stopping = controller.stop(0);
    await clock.advance(1_000);
    await stopping;
    expect(log.lines(40)).toMatchObject([{ level: 40, keys: ["ns/a"] }]);
  });

  it("is done at once when it never started, and it cannot be started any more", async () => {
    const { reconcile, passes } = throwing();
    const { controller, clock } = trial(reconcile);
    controller.enqueue(a);
    await controller.stop();
    controller.start();
    await clock.advance(0);
    expect(passes()).toBe(0);
  });
});
