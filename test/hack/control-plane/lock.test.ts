import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withLock } from "../../../hack/control-plane/lock.ts";

let directory = "";
let path = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "lock-"));
  path = join(directory, ".lock");
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("withLock", () => {
  it("lets the second wait, and say so, until the first is done", async () => {
    const order: string[] = [];
    const release = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    const first = withLock(
      path,
      () => order.push("first waits"),
      async () => {
        entered.resolve();
        await release.promise;
        order.push("first done");
      },
    );
    await entered.promise;
    const waits = Promise.withResolvers<void>();
    const second = withLock(path, waits.resolve, async () => {
      order.push("second done");
    });
    await waits.promise;
    release.resolve();
    await Promise.all([first, second]);
    expect(order).toEqual(["first done", "second done"]);
  });

  it("takes over the lock of a process that is gone", async () => {
    writeFileSync(path, "");
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(path, longAgo, longAgo);
    expect(
      await withLock(
        path,
        () => undefined,
        async () => "done",
      ),
    ).toBe("done");
  });

  it("gives the lock back when the work fails", async () => {
    const failing = withLock(
      path,
      () => undefined,
      () => Promise.reject(new Error("no room")),
    );
    await expect(failing).rejects.toThrow("no room");
    expect(existsSync(path)).toBe(false);
  });
});
