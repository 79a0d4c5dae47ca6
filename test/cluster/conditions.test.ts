import { describe, expect, it } from "vitest";
import type { ClusterStatus, Condition, ConditionType } from "../../src/cluster/api/status.ts";
import type { PassReport } from "../../src/cluster/status.ts";
import { statusOf } from "../../src/cluster/status.ts";
import { meantBy } from "../support/cluster-scope.ts";
import { failed, now, progressing, ready, report, result, waiting } from "../support/reports.ts";

const later = new Date("2031-01-01T00:00:00Z");

function conditions(given: Partial<PassReport>, previous: Partial<ClusterStatus> = {}, at = now): readonly Condition[] {
  return statusOf(report(given), previous, at).conditions;
}

function condition(type: ConditionType, given: Partial<PassReport>): Condition | undefined {
  return conditions(given).find((one) => one.type === type);
}

const settled = { results: [result("keystone", ready), result("region", ready)] };
const moving = { results: [result("keystone", progressing), result("region", waiting), result("web", ready)] };
const broken = { results: [result("keystone", progressing), result("region", failed), result("glance", failed)] };

describe("the conditions of a cluster", () => {
  it("are these seven, each once", () => {
    const types = [
      "Ready",
      "Progressing",
      "Degraded",
      "SpecAccepted",
      "StorageAsSpecified",
      "ObjectsAsSpecified",
      "ExternalAccess",
    ];
    expect(conditions(settled).map(({ type }) => type)).toEqual(types);
  });

  it("say what the operator cannot see, where there is something", () => {
    const unseen = ["the operator may not list nodes", "nor anything else"];
    expect(condition("SurroundingsVisible", { ...settled, unseen })).toMatchObject({
      status: "False",
      reason: "Forbidden",
      message: "the operator may not list nodes; nor anything else",
    });
  });

  it.each([
    { type: "Ready", found: settled, says: "True AllComponentsReady: every component runs as it shall" },
    { type: "Ready", found: moving, says: "False RollingOut: keystone: its pods are being rolled out" },
    { type: "Ready", found: broken, says: "False InvalidObject: region: refused" },
    { type: "Progressing", found: settled, says: "False Settled: " },
    { type: "Progressing", found: moving, says: "True RollingOut: not rolled out yet: keystone, region" },
    { type: "Degraded", found: moving, says: "False NoFailures: " },
    { type: "Degraded", found: broken, says: "True ComponentsFailed: failed: region, glance" },
    { type: "SpecAccepted", found: broken, says: "True Accepted: " },
    { type: "StorageAsSpecified", found: settled, says: "True AsSpecified: " },
  ] as const)("say $type $says", ({ type, found, says }) => {
    const is = condition(type, found);
    expect(`${is?.status} ${is?.reason}: ${is?.message}`).toBe(says);
    expect(is?.observedGeneration).toBe(3);
  });

  it("name every field whose storage cannot be as it is specified, with the component's key", () => {
    const complaint = (reason: string, message: string) => ({
      complaints: [{ condition: "StorageAsSpecified" as const, reason, message }],
    });
    const results = [
      result("victoria-metrics", ready, complaint("ClaimCannotShrink", "requests.storage asks for 1Gi")),
      result("glance", ready, complaint("ClaimCannotChange", "storageClassName asks for fast")),
    ];
    expect(condition("StorageAsSpecified", { results })).toMatchObject({
      status: "False",
      reason: "ClaimCannotShrink",
      message: "spec.victoriaMetrics.requests.storage asks for 1Gi; spec.glance.storageClassName asks for fast",
    });
    expect(condition("Ready", { results })).toMatchObject({ status: "True" });
  });

  it.each([{}, { loadBalancerEndpoint: "" }])(
    "say that users cannot reach a platform with %j, and the remedy",
    (spec) => {
      expect(condition("ExternalAccess", { ...settled, cluster: meantBy(spec) })).toMatchObject({
        status: "False",
        reason: "NoLoadBalancer",
        message: expect.stringMatching(/^spec\.loadBalancerEndpoint is empty/),
      });
    },
  );

  it("say where users reach the platform", () => {
    const cluster = meantBy({ loadBalancerEndpoint: "cloud.example.com" });
    expect(condition("ExternalAccess", { ...settled, cluster })).toMatchObject({
      status: "True",
      reason: "LoadBalancerNamed",
      message: "users reach the platform at cloud.example.com",
    });
  });
});

describe("the time of a condition", () => {
  const first = statusOf(report(moving), {}, now);

  it("is that of the pass which first saw it, without fractions of a second", () => {
    expect(new Set(first.conditions.map((one) => one.lastTransitionTime))).toEqual(new Set(["2030-05-06T07:08:09Z"]));
  });

  it("stays while the status stays, though reason, message and generation change", () => {
    const changed = { results: [result("keystone", ready), result("region", failed)], generation: 9 };
    const is = conditions(changed, first, later).find(({ type }) => type === "Ready");
    expect(is).toMatchObject({ reason: "InvalidObject", message: "region: refused", observedGeneration: 9 });
    expect(is?.lastTransitionTime).toBe("2030-05-06T07:08:09Z");
  });

  it("changes with the status, and only there", () => {
    const times = conditions(settled, first, later).map(({ type, lastTransitionTime }) => [type, lastTransitionTime]);
    expect(times.filter(([, time]) => time === "2031-01-01T00:00:00Z")).toEqual([
      ["Ready", expect.any(String)],
      ["Progressing", expect.any(String)],
    ]);
  });
});

describe("the conditions of a stopped pass", () => {
  const first = statusOf(report(broken), {}, now);
  const stop = (invalid: boolean): Partial<PassReport> => ({
    stopped: { reason: invalid ? "InvalidSpec" : "SecretMissing", message: "mend this", invalid },
    generation: 4,
  });
  const of = (given: Partial<PassReport>, type: ConditionType) =>
    conditions(given, first, later).find((one) => one.type === type);

  it("say that it is not ready, and whether the spec is the reason", () => {
    expect(of(stop(true), "Ready")).toMatchObject({ status: "False", reason: "InvalidSpec", message: "mend this" });
    expect(of(stop(true), "SpecAccepted")).toMatchObject({
      status: "False",
      reason: "InvalidSpec",
      message: "mend this",
    });
    expect(of(stop(false), "Ready")).toMatchObject({ status: "False", reason: "SecretMissing" });
    expect(of(stop(false), "SpecAccepted")).toMatchObject({ status: "True" });
  });

  it("keep what could not be judged, with its time and the generation for which it was", () => {
    const was = first.conditions.find(({ type }) => type === "Degraded");
    expect(of(stop(true), "Degraded")).toEqual(was);
    expect(was).toMatchObject({ status: "True", observedGeneration: 3 });
    expect(conditions(stop(true), first).length).toBe(first.conditions.length);
  });

  it("are the two that could be judged when there were none before", () => {
    expect(conditions(stop(true)).map(({ type }) => type)).toEqual(["Ready", "SpecAccepted"]);
  });
});
