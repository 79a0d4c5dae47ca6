import { describe, expect, it } from "vitest";
import type { ClusterStatus } from "../../src/cluster/api/status.ts";
import { pauseOf } from "../../src/cluster/pause.ts";
import { pausedStatus, statusOf, storedStatus } from "../../src/cluster/status.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { clusterObject, leastSpec } from "../support/cluster-scope.ts";
import { now, ready, report, result } from "../support/reports.ts";

function annotated(value: string): KubeObject {
  const object = clusterObject(leastSpec);
  return { ...object, metadata: { ...object.metadata, annotations: { "onecloud.yunion.io/paused": value } } };
}

describe("the annotation paused", () => {
  it("pauses by true, and says how to go on", () => {
    expect(pauseOf(annotated("true"))).toMatch(
      /^annotation onecloud\.yunion\.io\/paused is set: .*until it is taken off/,
    );
  });

  it.each(["false", ""])("does not pause by %j", (value) => {
    expect(pauseOf(annotated(value))).toBeUndefined();
  });

  it("pauses by anything else too, and names the value", () => {
    expect(pauseOf(annotated("yes"))).toContain('it is "yes"; write "true" or "false"');
  });

  it("is not there as a rule", () => {
    expect(pauseOf(clusterObject(leastSpec))).toBeUndefined();
  });
});

describe("the status of a paused cluster", () => {
  const before = statusOf(report({ results: [result("keystone", ready)] }), {}, now);
  const paused = pausedStatus(before, { message: "paused", generation: 9, now });

  it("is what it was, with a phase and a condition that say so", () => {
    expect(paused).toMatchObject({
      ...before,
      phase: "Paused",
      message: "paused",
      conditions: expect.anything() as unknown,
    });
    expect(paused.conditions).toEqual([
      ...before.conditions,
      expect.objectContaining({ type: "Paused", status: "True", message: "paused", observedGeneration: 9 }),
    ]);
  });

  it("does not change while nothing does", () => {
    const later = new Date(now.getTime() + 60_000);
    expect(pausedStatus(paused, { message: "paused", generation: 9, now: later })).toEqual(paused);
  });

  it("forgets the pause when it ends, also where the spec is refused then", () => {
    const stopped = { reason: "InvalidSpec", message: "mend it", invalid: true };
    for (const found of [{ results: [result("keystone", ready)] }, { stopped }]) {
      const after = statusOf(report(found), paused, now);
      expect(after.phase).not.toBe("Paused");
      expect(after.conditions.map(({ type }) => type)).not.toContain("Paused");
    }
  });
});

describe("a status that the reference left", () => {
  it("is read as far as our definition knows it: what else it holds could not be written back", () => {
    const region = { RegionId: "region0", ZoneId: "zone", CustomZones: null, phase: "Upgrade" };
    const status = { region: { ...region, deployment: { replicas: 1 } }, etcd: { size: 1 }, specChecksum: "abc" };
    const left: Partial<ClusterStatus> = storedStatus({ ...clusterObject(leastSpec), status });
    expect(left).toEqual({ region, specChecksum: "abc" });
  });
});
