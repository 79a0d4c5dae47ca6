import { describe, expect, it } from "vitest";
import { candidate, world } from "./lease-candidate.ts";

describe("a leader that is asked to stop", () => {
  it("gives the Lease back, so that another one leads at its next try", async () => {
    const here = world();
    const first = candidate(here, "one");
    await here.clock.advance(0);
    const second = candidate(here, "two");
    await here.clock.advance(20_000);
    first.stop();
    await first.ended;
    expect(first.happened).toEqual(["started", "aborted", "released", "ended"]);
    expect(here.store.spec()).toMatchObject({ holderIdentity: "", leaseDurationSeconds: 1 });
    await here.clock.advance(2_400);
    expect(second.happened).toEqual(["started"]);
    expect(here.store.holders).toEqual(["one", "", "two"]);
  });

  it("keeps and renews the Lease until its work has ended, however long that takes", async () => {
    const here = world();
    let endWork = (): void => {};
    let endStopping = (): void => {};
    const first = candidate(here, "one", {
      onStarted: () => new Promise((resolve) => void (endWork = resolve)),
      onStopped: () => new Promise((resolve) => void (endStopping = resolve)),
    });
    await here.clock.advance(0);
    const second = candidate(here, "two");
    first.stop();
    await here.clock.advance(60_000);
    endWork();
    await here.clock.advance(60_000);
    expect({ isLeader: first.election.isLeader(), second: second.happened }).toEqual({ isLeader: true, second: [] });
    endStopping();
    await first.ended;
    expect(here.store.holders).toEqual(["one", ""]);
  });

  it("gives the Lease back when somebody writes to it meanwhile", async () => {
    const here = world();
    const first = candidate(here, "one");
    await here.clock.advance(0);
    here.store.disturbNextRead();
    first.stop();
    await first.ended;
    expect(here.store.holders).toEqual(["one", ""]);
    expect(first.warnings()).toBe(0);
  });

  it("gives the Lease back that it acquires just then, without leading", async () => {
    const here = world();
    here.store.become("slow");
    const first = candidate(here, "one");
    await here.clock.advance(5_000);
    first.stop();
    await here.clock.advance(20_000);
    expect(first.happened).toEqual(["ended"]);
    expect(here.store.holders).toEqual(["one", ""]);
  });

  it("ends all the same when the server does not answer any more", async () => {
    const here = world();
    const first = candidate(here, "one");
    await here.clock.advance(0);
    here.store.become("silent");
    first.stop();
    await here.clock.advance(5_000);
    expect(first.happened).toEqual(["started", "aborted", "released", "ended"]);
    expect(first.warnings()).toBe(1);
  });

  it("ends at once when it never led", async () => {
    const here = world();
    candidate(here, "one");
    await here.clock.advance(0);
    const second = candidate(here, "two");
    await here.clock.advance(10);
    second.stop();
    await second.ended;
    expect(second.happened).toEqual(["ended"]);
    expect(here.store.holders).toEqual(["one"]);
  });

  it("gives the Lease back and fails with the cause when its work fails", async () => {
    const here = world();
    const first = candidate(here, "one", {
      onStarted: () => Promise.reject(new Error("cannot install")),
    });
    await here.clock.advance(0);
    await first.ended;
    expect(first.happened).toEqual(["released", "failed: cannot install"]);
    expect(here.store.holders).toEqual(["one", ""]);
  });
});
