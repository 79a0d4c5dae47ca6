import { describe, expect, it } from "vitest";
import { TerminalError } from "../../src/kube/controller.ts";
import { a, b, held, throwing, trial } from "./controller-trial.ts";

describe("a pass that fails", () => {
  it("is tried again after a delay that doubles", async () => {
    const failure = new Error("no");
    const { reconcile, passes } = throwing(failure, failure, failure);
    const { controller, clock } = trial(reconcile);
    controller.start();
    controller.enqueue(a);
    await clock.advance(0);
    const counts: number[] = [];
    for (const ms of [5, 10, 20]) {
      await clock.advance(ms - 1);
      counts.push(passes());
      await clock.advance(1);
    }
    expect(counts).toEqual([1, 2, 3]);
    expect(passes()).toBe(4);
  });

  it.each([
    ["a success", undefined],
    ["a wish to come back", { requeueAfterMs: 100_000 }],
  ])("is tried again after the first delay when %s came before it", async (_, result) => {
    let passes = 0;
    const { controller, clock } = trial(async () => {
      passes += 1;
      if (passes !== 4) throw new Error("no");
      return result;
    });
    controller.start();
    controller.enqueue(a);
    await clock.advance(5 + 10 + 20);
    expect(passes).toBe(4);
    controller.enqueue(a);
    await clock.advance(5);
    expect(passes).toBe(6);
  });

  it("is logged once, with all its causes", async () => {
    const cause = new Error("connection refused");
    const { reconcile } = throwing(new Error("apply deployment", { cause }));
    const { controller, clock, log } = trial(reconcile);
    controller.start();
    controller.enqueue(a);
    await clock.advance(0);
    const lines = log.lines(40);
    expect(lines).toMatchObject([{ level: 50, msg: "Reconciler error", controller: "test", key: "ns/a" }]);
    expect(lines[0]?.err).toMatchObject({ message: "apply deployment: connection refused" });
  });

  it.each([
    ["as such", new TerminalError("the spec makes no sense")],
    ["as the cause of another error", new Error("pass", { cause: new TerminalError("the spec makes no sense") })],
  ])("is left alone when it is terminal, %s, until the key is enqueued again", async (_, error) => {
    const { reconcile, passes } = throwing(error);
    const { controller, clock, log, ends } = trial(reconcile);
    controller.start();
    controller.enqueue(a);
    await clock.advance(3_600_000);
    expect(passes()).toBe(1);
    expect(log.lines(50)).toMatchObject([{ msg: "Reconciler error", terminal: true }]);
    expect(ends).toMatchObject([{ result: "error", terminal: true }]);
    controller.enqueue(a);
    await clock.advance(0);
    expect(passes()).toBe(2);
  });

  it.each([
    ["a string", "oops", true],
    ["nothing", undefined, true],
    ["a TypeError", new TypeError("x is undefined"), true],
    ["an error about a TypeError", new Error("pass", { cause: new TypeError("x is undefined") }), true],
    ["the TypeError of a failed fetch", new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") }), false],
    ["an error", new Error("no"), false],
  ])("is tried again when it throws %s", async (_, thrown, panic) => {
    const { reconcile, passes } = throwing(thrown);
    const { controller, clock, log, ends } = trial(reconcile);
    controller.start();
    controller.enqueue(a);
    await clock.advance(10);
    expect(passes()).toBe(2);
    expect(ends).toMatchObject([{ result: "error", panic }, { result: "success" }]);
    expect(log.lines(50)).toHaveLength(1);
  });

  it("is like any other when it throws before it gives a promise, or for ever the same error in a circle", async () => {
    const circle = new Error("a");
    circle.cause = new Error("b", { cause: circle });
    const { controller, clock, ends } = trial(() => {
      throw circle;
    });
    controller.start();
    controller.enqueue(a);
    await clock.advance(10);
    expect(ends.map((end) => end.result)).toEqual(["error", "error"]);
  });

  it("does not hold up other keys", async () => {
    const passed: string[] = [];
    const { controller, clock } = trial(
      async (key) => {
        passed.push(key.name);
        if (key.name === "a") throw new Error("no");
      },
      { workers: 1 },
    );
    controller.start();
    controller.enqueue(a);
    controller.enqueue(b);
    await clock.advance(0);
    expect(passed).toEqual(["a", "b"]);
  });
});

describe("a pass beyond its deadline", () => {
  it("has its signal aborted and is named until it ends", async () => {
    const { started, reconcile, endNext } = held();
    let signal: AbortSignal | undefined;
    const { controller, clock, log } = trial(
      (key, context) => {
        signal = context.signal;
        return reconcile(key, context);
      },
      { deadlineMs: 1_000 },
    );
    controller.start();
    controller.enqueue(a);
    await clock.advance(999);
    expect({ started, aborted: signal?.aborted, stuck: controller.stuck() }).toEqual({
      started: ["ns/a"],
      aborted: false,
      stuck: undefined,
    });
    await clock.advance(2);
    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toMatchObject({ message: "pass is beyond its deadline of 1000 ms" });
    expect(controller.stuck()).toBe("ns/a");
    expect(log.lines(40)).toHaveLength(1);
    endNext();
    await clock.advance(0);
    expect(controller.stuck()).toBeUndefined();
  });

  it("is not one that ended in time", async () => {
    const signals: AbortSignal[] = [];
    const { controller, clock, log } = trial(async (_, { signal }) => void signals.push(signal), { deadlineMs: 1_000 });
    controller.start();
    controller.enqueue(a);
    await clock.advance(10_000);
    expect(signals.map((signal) => signal.aborted)).toEqual([false]);
    expect(controller.stuck()).toBeUndefined();
    expect(log.lines(40)).toEqual([]);
  });

  it("is tried again when it ends because of it", async () => {
    let passes = 0;
    const { controller, clock } = trial(
      (_, { signal }) => {
        passes += 1;
        return new Promise((__, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
      { deadlineMs: 1_000 },
    );
    controller.start();
    controller.enqueue(a);
    await clock.advance(1_010);
    expect(passes).toBe(2);
  });
});
