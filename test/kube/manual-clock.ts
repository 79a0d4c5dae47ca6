import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../src/kube/clock.ts";

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves on by so many milliseconds, fires what is due in its order, and lets everything that follows from it happen. */
  advance(ms: number): Promise<void>;
  /** How many timers wait. */
  timers(): number;
  /** The same passing of time as a machine sees it whose clock is wrong by so many milliseconds. */
  wrongBy(ms: number): Clock;
}

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** Makes a clock that stands at 2024-01-01. */
export function manualClock(): ManualClock {
  const start = Date.UTC(2024, 0, 1);
  const timers = new Set<Timer>();
  let now = 0;
  const clock: Clock = {
    now: () => now,
    epoch: () => start + now,
    after: (ms, run) => {
      const timer = { due: now + Math.max(0, ms), run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
  const next = (until: number): Timer | undefined =>
    [...timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)[0];
  return {
    ...clock,
    timers: () => timers.size,
    wrongBy: (ms) => ({ ...clock, epoch: () => start + now + ms }),
    advance: async (ms) => {
      const until = now + ms;
      await setImmediate();
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        timers.delete(timer);
        now = timer.due;
        timer.run();
        await setImmediate();
      }
      now = until;
    },
  };
}
