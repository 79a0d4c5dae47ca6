import { spawnSync } from "node:child_process";
import { setImmediate } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createWorkQueue, type WorkQueue } from "../../src/kube/work-queue.ts";
import { type ManualClock, manualClock } from "./manual-clock.ts";

describe("a work queue", () => {
  it("gives keys in the order in which they were added, each once", async () => {
    const queue = createWorkQueue();
    for (const key of ["a", "b", "a", "c", "b"]) queue.add(key);
    expect(queue.length).toBe(3);
    expect([await queue.get(), await queue.get(), await queue.get()]).toEqual(["a", "b", "c"]);
    expect(queue.length).toBe(0);
  });

  it("gives a key that is added while it is in work again, but only after it is done", async () => {
    const queue = createWorkQueue();
    queue.add("a");
    await queue.get();
    queue.add("a");
    queue.add("a");
    queue.add("b");
    expect(await queue.get()).toBe("b");
    const again = queue.get();
    queue.done("a");
    expect(await again).toBe("a");
    queue.done("a");
    expect(queue.length).toBe(0);
  });

  it("serves those who wait first come, first served", async () => {
    const queue = createWorkQueue();
    const waiting = Promise.all([queue.get(), queue.get()]);
    queue.add("a");
    queue.add("b");
    expect(await waiting).toEqual(["a", "b"]);
  });

  it("takes a done for a key that is not in work as nothing", async () => {
    const queue = createWorkQueue();
    queue.done("a");
    queue.add("a");
    queue.done("a");
    expect(await queue.get()).toBe("a");
  });

  it("keeps the earliest of several delays of a key", async () => {
    const clock = manualClock();
    const queue = createWorkQueue({ clock });
    for (const ms of [500, 100, 300]) queue.addAfter("a", ms);
    expect(clock.timers()).toBe(1);
    await clock.advance(99);
    expect(queue.length).toBe(0);
    await clock.advance(1);
    expect(queue.length).toBe(1);
    await clock.advance(1_000);
    expect(queue.length).toBe(1);
  });

  it("adds at once what has no delay", () => {
    const queue = createWorkQueue();
    queue.addAfter("a", 0);
    queue.addAfter("b", -5);
    queue.addAfter("c", Number.NaN);
    expect(queue.length).toBe(3);
  });

  it("lets everyone go at shutdown, drops what waits, clears its timers and takes nothing more", async () => {
    const clock = manualClock();
    const queue = createWorkQueue({ clock });
    const waiting = [queue.get(), queue.get()];
    queue.addAfter("later", 1_000);
    queue.shutDown();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
    expect(clock.timers()).toBe(0);
    queue.add("a");
    queue.addAfter("b", 1);
    queue.addRateLimited("c");
    expect(clock.timers()).toBe(0);
    expect(queue.length).toBe(0);
    expect(await queue.get()).toBeUndefined();
  });

  it("does not bring back a key that was added while in work when the queue was shut down meanwhile", async () => {
    const queue = createWorkQueue();
    queue.add("a");
    await queue.get();
    queue.add("a");
    queue.shutDown();
    queue.done("a");
    expect(await queue.get()).toBeUndefined();
  });

  it("does not keep the process alive with its delays", () => {
    const file = new URL("../../src/kube/work-queue.ts", import.meta.url).href;
    const program = `import { createWorkQueue } from ${JSON.stringify(file)};
      const queue = createWorkQueue(); queue.addAfter("a", 3_600_000); void queue.get(); console.log("ran");`;
    const ended = spawnSync(process.execPath, ["--input-type=module", "-e", program], { timeout: 30_000 });
    expect({ stdout: ended.stdout.toString(), status: ended.status }).toEqual({ stdout: "ran\n", status: 0 });
  });

  it("tells its observer of every key that comes, waits, is worked on and ends", async () => {
    const clock = manualClock();
    const seen: string[] = [];
    let inWork: () => readonly number[] = () => [];
    const observer = {
      watch: (read: () => readonly number[]) => void (inWork = read),
      added: () => void seen.push("added"),
      depth: () => {},
      taken: (ms: number) => void seen.push(`taken after ${ms}`),
      finished: (ms: number) => void seen.push(`finished after ${ms}`),
      retried: () => void seen.push("retried"),
    };
    const queue = createWorkQueue({ clock, observer });
    queue.addAfter("a", 10);
    await clock.advance(15);
    await queue.get();
    await clock.advance(7);
    expect(inWork()).toEqual([7]);
    queue.done("a");
    expect(inWork()).toEqual([]);
    expect(seen).toEqual(["retried", "added", "taken after 5", "finished after 7"]);
  });
});

describe("its rate limit", () => {
  it("doubles the delay of a key with every failure up to a cap, until the key is forgotten", async () => {
    const clock = manualClock();
    const queue = createWorkQueue({ clock, limits: { baseDelayMs: 5, maxDelayMs: 40 } });
    expect(await delaysOf(queue, clock, 6)).toEqual([5, 10, 20, 40, 40, 40]);
    expect(queue.numRequeues("a")).toBe(6);
    queue.forget("a");
    expect(queue.numRequeues("a")).toBe(0);
    expect(await delaysOf(queue, clock, 1)).toEqual([5]);
  });

  it("starts at 5 ms and ends at 1000 s when nothing else is said", async () => {
    const clock = manualClock();
    const delays = await delaysOf(createWorkQueue({ clock }), clock, 30);
    expect(delays[0]).toBe(5);
    expect(delays.at(-1)).toBe(1_000_000);
  });

  it("lets all keys together come no faster than the overall rate once the burst is used", async () => {
    const clock = manualClock();
    const queue = createWorkQueue({ clock, limits: { baseDelayMs: 1, burst: 100, ratePerSecond: 10 } });
    for (let n = 0; n < 120; n += 1) queue.addRateLimited(`key-${n}`);
    await clock.advance(1);
    expect(queue.length).toBe(100);
    await clock.advance(999);
    expect(queue.length).toBe(110);
    await clock.advance(1_000);
    expect(queue.length).toBe(120);
  });
});

/** How long each of so many failures in a row delays the key `a`, in milliseconds. */
async function delaysOf(queue: WorkQueue<string>, clock: ManualClock, failures: number): Promise<readonly number[]> {
  const delays: number[] = [];
  for (let n = 0; n < failures; n += 1) {
    const from = clock.now();
    queue.addRateLimited("a");
    const taken = queue.get().then(() => delays.push(Math.round(clock.now() - from)));
    await clock.advance(2_000_000);
    await taken;
    queue.done("a");
  }
  return delays;
}

type Step =
  | { readonly act: "add"; readonly key: string }
  | { readonly act: "addAfter"; readonly key: string; readonly ms: number }
  | { readonly act: "get" }
  | { readonly act: "done"; readonly nth: number }
  | { readonly act: "advance"; readonly ms: number };

const keys = fc.constantFrom("a", "b", "c", "d");
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ act: fc.constant("add" as const), key: keys }),
    fc.record({ act: fc.constant("addAfter" as const), key: keys, ms: fc.integer({ min: 0, max: 50 }) }),
    fc.record({ act: fc.constant("get" as const) }),
    fc.record({ act: fc.constant("done" as const), nth: fc.nat(5) }),
    fc.record({ act: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 30 }) }),
  ),
  { maxLength: 60 },
);

/** Workers over a queue, and what the queue owes them: a key is owed from an add until it is taken. */
function witness() {
  const clock = manualClock();
  const queue = createWorkQueue({ clock });
  const inWork: string[] = [];
  const owed = new Set<string>();
  const due = new Map<string, number>();
  const faults: string[] = [];
  const fallDue = (): void => {
    for (const [key, at] of due) {
      if (at > clock.now()) continue;
      due.delete(key);
      owed.add(key);
    }
  };
  const take = (key: string | undefined): void => {
    if (key === undefined) return;
    fallDue();
    if (inWork.includes(key)) faults.push(`two workers on ${key}`);
    if (!owed.delete(key)) faults.push(`${key} taken once more than it was added`);
    inWork.push(key);
  };
  const act = async (step: Step): Promise<void> => {
    if (step.act === "get") void queue.get().then(take);
    if (step.act === "advance") await clock.advance(step.ms);
    if (step.act === "add") {
      owed.add(step.key);
      queue.add(step.key);
    }
    if (step.act === "addAfter") {
      due.set(step.key, Math.min(due.get(step.key) ?? Infinity, clock.now() + step.ms));
      queue.addAfter(step.key, step.ms);
    }
    const done = step.act === "done" ? inWork.splice(step.nth, 1)[0] : undefined;
    if (done !== undefined) queue.done(done);
    await setImmediate();
    fallDue();
  };
  return { queue, inWork, owed, faults, act };
}

it("never has two workers on one key, never loses an add and never doubles one, whatever comes", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const { queue, inWork, owed, faults, act } = witness();
      for (const step of sequence) await act(step);
      await act({ act: "advance", ms: 100 });
      for (let left = 20; left > 0; left -= 1) {
        await act({ act: "get" });
        await act({ act: "done", nth: 0 });
      }
      expect(faults).toEqual([]);
      expect([...owed]).toEqual([]);
      expect({ waiting: queue.length, inWork }).toEqual({ waiting: 0, inWork: [] });
    }),
    { numRuns: 150 },
  );
});
