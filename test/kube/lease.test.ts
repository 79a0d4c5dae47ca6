import { describe, expect, it } from "vitest";
import { microTime } from "../../src/kube/clock.ts";
import { firstLease, specOf } from "../../src/kube/lease-record.ts";
import { candidate, world } from "./lease-candidate.ts";

describe("leader election", () => {
  it("makes the Lease, leads, and renews it again and again", async () => {
    const here = world();
    const first = candidate(here, "one");
    await here.clock.advance(0);
    expect(first.happened).toEqual(["started"]);
    expect(first.election.isLeader()).toBe(true);
    expect(first.election.leader()).toBe("one");
    expect(here.store.spec()).toEqual({
      holderIdentity: "one",
      leaseDurationSeconds: 15,
      acquireTime: "2024-01-01T00:00:00.000000Z",
      renewTime: "2024-01-01T00:00:00.000000Z",
      leaseTransitions: 0,
    });
    await here.clock.advance(60_000);
    expect(here.store.spec()).toMatchObject({ acquireTime: "2024-01-01T00:00:00.000000Z", leaseTransitions: 0 });
    expect(here.store.spec()?.renewTime?.slice(0, 16)).toBe("2024-01-01T00:00");
    expect(Date.parse(here.store.spec()?.renewTime ?? "")).toBeGreaterThanOrEqual(Date.UTC(2024, 0, 1) + 57_000);
    expect(first.election.isLeader()).toBe(true);
  });

  it("lets only one of several lead, and tells the others who it is", async () => {
    const here = world();
    const all = ["one", "two", "three"].map((identity) => candidate(here, identity));
    await here.clock.advance(120_000);
    const leaders = all.filter(({ election }) => election.isLeader());
    expect(leaders).toHaveLength(1);
    expect(new Set(all.map(({ election }) => election.leader())).size).toBe(1);
    expect(here.store.holders).toHaveLength(1);
    expect(all.flatMap(({ happened }) => happened)).toEqual(["started"]);
  });

  it.each([
    ["right", 0],
    ["years ahead", 1e11],
    ["years behind", -1e11],
  ])("takes over a lease duration after the last renewal it saw, when its machine's clock is %s", async (_, wrong) => {
    const here = world();
    const renew = (): void =>
      here.store.write((lease) => ({ ...lease, spec: { ...specOf(lease), renewTime: microTime(here.clock.epoch()) } }));
    const claim = { identity: "killed", durationMs: 15_000, epochMs: here.clock.epoch() };
    here.store.write(() => firstLease({ namespace: "ns", name: "lock" }, claim));
    const second = candidate(here, "two", { clock: here.clock.wrongBy(wrong) });
    for (let renewals = 0; renewals < 10; renewals += 1) {
      await here.clock.advance(10_000);
      renew();
    }
    await here.clock.advance(14_999);
    expect(second.happened).toEqual([]);
    await here.clock.advance(5_000);
    expect(second.happened).toEqual(["started"]);
    expect(here.store.holders).toEqual(["killed", "two"]);
  });

  it("counts each change of the holder", async () => {
    const here = world();
    for (const identity of ["one", "two", "three"]) {
      const process = candidate(here, identity);
      await here.clock.advance(5_000);
      process.stop();
      await here.clock.advance(0);
    }
    expect(here.store.spec()?.leaseTransitions).toBe(2);
  });

  it("renews at once what it held before a restart under the same identity", async () => {
    const here = world();
    candidate(here, "one");
    await here.clock.advance(0);
    const again = candidate(here, "one");
    await here.clock.advance(0);
    expect(again.happened).toEqual(["started"]);
    expect(here.store.spec()?.leaseTransitions).toBe(0);
  });

  it("waits through an outage of the server, warns once, and leads afterwards", async () => {
    const here = world();
    here.store.become("down");
    const first = candidate(here, "one");
    await here.clock.advance(60_000);
    expect(first.happened).toEqual([]);
    expect(first.warnings()).toBe(1);
    here.store.become("well");
    await here.clock.advance(3_000);
    expect(first.happened).toEqual(["started"]);
  });

  it("refuses times that do not fit together", () => {
    const here = world();
    for (const times of [{ leaseDurationMs: 10_000 }, { retryPeriodMs: 9_000 }, { retryPeriodMs: 0 }]) {
      expect(() => candidate(here, "one", times)).toThrow(RangeError);
    }
  });
});

describe("a leader", () => {
  it("keeps the Lease when somebody else writes to it, or when it is deleted", async () => {
    const here = world();
    const first = candidate(here, "one");
    await here.clock.advance(5_000);
    here.store.write((lease) => ({ ...lease, metadata: { ...lease.metadata, labels: { touched: "yes" } } }));
    await here.clock.advance(30_000);
    here.store.remove();
    await here.clock.advance(30_000);
    expect(first.happened).toEqual(["started"]);
    expect(here.store.holders).toEqual(["one"]);
    expect(first.warnings()).toBe(0);
  });

  it("stops at once when another one holds the Lease", async () => {
    const here = world();
    const first = candidate(here, "one");
    await here.clock.advance(1_000);
    here.store.write((lease) => ({ ...lease, spec: { ...specOf(lease), holderIdentity: "thief" } }));
    await here.clock.advance(2_500);
    expect(first.happened).toEqual(["started", "aborted", "lost", "ended"]);
    expect(first.election.isLeader()).toBe(false);
    expect(here.store.spec()?.holderIdentity).toBe("thief");
  });

  it.each(["down", "silent"] as const)("stops before others may start when the server is %s", async (mood) => {
    const here = world();
    const first = candidate(here, "one");
    await here.clock.advance(0);
    here.store.become(mood);
    await here.clock.advance(9_900);
    expect(first.happened).toEqual(["started"]);
    await here.clock.advance(100);
    expect(first.happened).toEqual(["started", "aborted", "lost", "ended"]);
    expect(first.election.isLeader()).toBe(false);
  });

  it("counts its deadline from when it asked, not from when a slow server answered", async () => {
    const here = world();
    const first = candidate(here, "one");
    await here.clock.advance(0);
    here.store.become("slow");
    await here.clock.advance(5_000);
    here.store.become("silent");
    const renewedAt = Date.parse(here.store.spec()?.renewTime ?? "");
    await here.clock.advance(renewedAt + 10_001 - here.clock.epoch());
    expect(renewedAt).toBeGreaterThan(Date.UTC(2024, 0, 1));
    expect(first.happened).toEqual(["started", "aborted", "lost", "ended"]);
  });

  it("renews with a write alone, without a read before it", async () => {
    const here = world();
    candidate(here, "one");
    await here.clock.advance(0);
    const reads = here.store.reads();
    await here.clock.advance(60_000);
    expect(here.store.reads()).toBe(reads);
  });

  it("goes on after an outage that is shorter than its deadline", async () => {
    const here = world();
    const first = candidate(here, "one");
    await here.clock.advance(0);
    for (let outage = 0; outage < 5; outage += 1) {
      here.store.become("silent");
      await here.clock.advance(4_000);
      here.store.become("well");
      await here.clock.advance(10_000);
    }
    expect(first.happened).toEqual(["started"]);
  });
});
