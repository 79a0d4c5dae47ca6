import { describe, expect, it } from "vitest";
import type { ClusterStatus } from "../../src/cluster/api/status.ts";
import type { PassReport } from "../../src/cluster/status.ts";
import { isSameStatus, statusOf, storedStatus } from "../../src/cluster/status.ts";
import { clusterObject, componentOf } from "../support/cluster-scope.ts";
import { failed, now, progressing, ready, report, result, waiting } from "../support/reports.ts";

function status(given: Partial<PassReport>, previous: Partial<ClusterStatus> = {}): ClusterStatus {
  return statusOf(report(given), previous, now);
}

describe("the status of a cluster", () => {
  it("is Ready, without a cause, when every component is", () => {
    const is = status({ results: [result("keystone", ready), result("region", ready)] });
    expect(is).toMatchObject({ phase: "Ready", ready: "2/2", observedGeneration: 3, keystone: ready, region: ready });
    expect(is).not.toHaveProperty("blockedBy");
    expect(is).not.toHaveProperty("message");
  });

  it("is Progressing while a component is rolled out or waits", () => {
    expect(status({ results: [result("keystone", ready), result("region", progressing)] })).toMatchObject({
      phase: "Progressing",
      ready: "1/2",
      blockedBy: { component: "region", reason: "RollingOut", message: "its pods are being rolled out" },
      message: "region: its pods are being rolled out",
    });
  });

  it.each([
    ["a failure before a rollout", [result("keystone", progressing), result("region", failed)], "region"],
    [
      "what is rolled out before what waits for it",
      [result("logger", waiting), result("keystone", progressing)],
      "keystone",
    ],
    [
      "the first in order of several",
      [result("keystone", ready), result("region", failed), result("web", failed)],
      "region",
    ],
  ])("names as its cause %s", (_, results, component) => {
    expect(status({ results }).blockedBy?.component).toBe(component);
  });

  it("is Degraded as soon as one component failed", () => {
    const results = [result("keystone", progressing), result("region", failed), result("web", ready)];
    expect(status({ results })).toMatchObject({ phase: "Degraded", ready: "1/3", region: failed });
  });

  it("tells of a component that rests why it does, and counts it nowhere", () => {
    const resting = [{ component: componentOf("glance"), reason: "spec.glance.disable is true" }];
    expect(status({ results: [result("keystone", ready)], resting })).toMatchObject({
      phase: "Ready",
      ready: "1/1",
      glance: { phase: "Disabled", reason: "Disabled", message: "spec.glance.disable is true" },
    });
  });

  it("forgets what no longer applies to a component", () => {
    const previous = { glance: { ...ready, reason: "Old", message: "old" } } as unknown as Partial<ClusterStatus>;
    const resting = [{ component: componentOf("glance"), reason: "off" }];
    expect(status({ resting }, previous)["glance"]).toEqual({ phase: "Disabled", reason: "Disabled", message: "off" });
    expect(status({ results: [result("glance", { phase: "Ready" })] }, previous)["glance"]).toEqual({ phase: "Ready" });
  });

  it("keeps the ids that the platform gave, whether the component runs or rests", () => {
    const ids = { RegionId: "r", RegionZoneId: "rz", ZoneId: "z", WireId: "w", CustomZones: { zone1: "z1" } };
    const previous = { region: { ...failed, ...ids } } as unknown as Partial<ClusterStatus>;
    const resting = [{ component: componentOf("region"), reason: "off" }];
    expect(status({ results: [result("region", ready)] }, previous)["region"]).toEqual({ ...ready, ...ids });
    expect(status({ resting }, previous)["region"]).toMatchObject({ phase: "Disabled", ...ids });
  });

  it("tells another spec as written by another checksum, and the same by the same", () => {
    const checksum = (written: PassReport["written"]): string => status({ written }).specChecksum;
    expect(checksum({ version: "v1" })).toBe(checksum({ version: "v1" }));
    expect(checksum({ version: "v1" })).not.toBe(checksum({ version: "v2" }));
    expect(checksum({})).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("the status of a cluster whose pass was stopped", () => {
  const previous = status({ results: [result("keystone", ready), result("region", failed)] });
  const stopped = { reason: "InvalidSpec", message: "mysql.host is missing", invalid: true };

  it("says what a person must mend", () => {
    expect(status({ stopped }, previous)).toMatchObject({ phase: "Invalid", message: "mysql.host is missing" });
    expect(status({ stopped: { ...stopped, invalid: false } })).toMatchObject({ phase: "Failed" });
  });

  it("keeps the entries of components as they were, and drops what was said of the whole", () => {
    const is = status({ stopped }, previous);
    expect(is).toMatchObject({ keystone: ready, region: failed });
    expect(is).not.toHaveProperty("blockedBy");
    expect(is).not.toHaveProperty("ready");
  });

  it("is for the generation that was judged", () => {
    expect(status({ stopped, generation: 4 }, previous).observedGeneration).toBe(4);
  });
});

describe("two statuses", () => {
  const one = status({ results: [result("keystone", ready)] });

  it("are the same whatever the order of their conditions", () => {
    expect(isSameStatus(one, { ...one, conditions: one.conditions.toReversed() })).toBe(true);
  });

  it("are not the same when anything else differs", () => {
    expect(isSameStatus(one, { ...one, ready: "0/1" })).toBe(false);
    expect(isSameStatus(one, { ...one, conditions: one.conditions.slice(1) })).toBe(false);
    expect(isSameStatus({}, one)).toBe(false);
  });

  it("are the same in two passes that found the same, however much later", () => {
    const later = statusOf(report({ results: [result("keystone", ready)] }), one, new Date("2031-01-01T00:00:00Z"));
    expect(isSameStatus(one, later)).toBe(true);
  });
});

describe("the status as stored", () => {
  it("is that of the object, or empty", () => {
    expect(storedStatus({ ...clusterObject({}), status: { phase: "Ready" } })).toEqual({ phase: "Ready" });
    expect(storedStatus(clusterObject({}))).toEqual({});
  });
});
