import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inParallel } from "../../../src/cluster/sync/in-parallel.ts";

describe("work done side by side", () => {
  it("gives the results in the order of the items, and never does more at once than allowed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3)), fc.integer({ min: 1, max: 5 }), async (turns, limit) => {
        let running = 0;
        let most = 0;
        const results = await inParallel(turns, limit, async (turn) => {
          running += 1;
          most = Math.max(most, running);
          for (let left = turn; left >= 0; left -= 1) await Promise.resolve();
          running -= 1;
          return turn * 2;
        });
        expect(results).toEqual(turns.map((turn) => turn * 2));
        expect(most).toBe(Math.min(limit, turns.length));
      }),
    );
  });
});
