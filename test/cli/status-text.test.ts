import { describe, expect, it } from "vitest";
import { causeText, isReady, newsText, statusJson, statusText } from "../../src/cli/status-text.ts";
import type { ClusterStatus } from "../../src/cluster/api/status.ts";
import type { KubeObject } from "../../src/kube/object.ts";

function cluster(status?: Partial<ClusterStatus>, generation = 2): KubeObject {
  const metadata = { name: "prod", namespace: "onecloud", generation };
  return { apiVersion: "onecloud.yunion.io/v1alpha1", kind: "OnecloudCluster", metadata, ...(status && { status }) };
}

const ready = { type: "Ready", status: "True", reason: "AllComponentsReady", message: "all run" } as const;
const keystone = { phase: "Ready", ready: "1/1", image: "registry/keystone:v1" } as const;
const glance = { phase: "Waiting", ready: "0/1", reason: "DependencyNotReady", message: "it starts later" } as const;
const moving: Partial<ClusterStatus> = {
  observedGeneration: 2,
  phase: "Progressing",
  ready: "1/2",
  message: "glance: it starts later",
  blockedBy: { component: "glance", reason: "DependencyNotReady", message: "it starts later" },
  conditions: [{ ...ready, status: "False", reason: "DependencyNotReady", message: "glance: it starts later" }],
  glance,
  keystone,
};
const settled: Partial<ClusterStatus> = {
  observedGeneration: 2,
  phase: "Ready",
  ready: "1/1",
  conditions: [ready],
  keystone,
};

describe("the status of a cluster", () => {
  it("is a heading, the first cause, and tables of components and conditions", () => {
    expect(statusText(cluster(moving))).toBe(`onecloud/prod: Progressing, 1/2 components ready
First cause: glance: it starts later (DependencyNotReady)

COMPONENT  PHASE    READY  IMAGE                 REASON              MESSAGE
keystone   Ready    1/1    registry/keystone:v1
glance     Waiting  0/1                          DependencyNotReady  it starts later

CONDITION  STATUS  REASON              MESSAGE
Ready      False   DependencyNotReady  glance: it starts later
`);
  });

  it("names no cause when the cluster is ready", () => {
    expect(isReady(cluster(settled))).toBe(true);
    expect(statusText(cluster(settled))).not.toContain("First cause");
  });

  it("does not count as ready while it is about an older spec", () => {
    expect(isReady(cluster(settled, 3))).toBe(false);
    expect(causeText(cluster(settled, 3))).toContain("has not looked at the newest spec yet");
  });

  it("says that nobody has looked at a cluster without status", () => {
    expect(statusText(cluster())).toContain(
      "onecloud/prod: Unknown\nFirst cause: the operator has not looked at it yet",
    );
  });

  it("tells as news the components that differ from before, and nothing when none does", () => {
    const [before, after] = [cluster(moving), cluster({ ...moving, glance: { phase: "Ready", ready: "1/1" } })];
    expect(newsText(undefined, before)).toBe(
      "onecloud/prod: Progressing, 1/2 components ready\n" +
        "  keystone Ready 1/1\n  glance Waiting 0/1 (DependencyNotReady: it starts later)\n",
    );
    expect(newsText(before, after)).toBe("onecloud/prod: Progressing, 1/2 components ready\n  glance Ready 1/1\n");
    expect(newsText(after, after)).toBe("");
  });

  it("is one JSON object for programs", () => {
    const text = statusJson(cluster(settled));
    expect(text.indexOf("\n")).toBe(text.length - 1);
    expect(JSON.parse(text)).toEqual({ namespace: "onecloud", name: "prod", ready: true, status: settled });
  });
});

describe("the status of a cluster that is being deleted", () => {
  const leaving = (finalizers: readonly string[], status?: Partial<ClusterStatus>): KubeObject => {
    const { metadata, ...rest } = cluster(status);
    return { ...rest, metadata: { ...metadata, finalizers, deletionTimestamp: "2026-05-01T10:00:00Z" } };
  };
  const ours = "onecloud.yunion.io/deletion-policy";
  const waiting: Partial<ClusterStatus> = { ...settled, phase: "Deleting", message: "it waits for Pod a" };

  it("says so, is not ready, and names what its data waits for", () => {
    expect(statusText(leaving([ours], waiting))).toContain(
      "onecloud/prod: Deleting\nFirst cause: it is being deleted with its data: it waits for Pod a\n",
    );
    expect(isReady(leaving([ours], settled))).toBe(false);
  });

  it("says that nobody looks at it, or who holds it", () => {
    expect(causeText(leaving([ours], settled))).toContain("the operator has not looked at that yet");
    expect(causeText(leaving(["example.com/a"], settled))).toBe("it is being deleted, held by example.com/a");
  });

  it("is news when it waits for something else", () => {
    const later = leaving([ours], { ...waiting, message: "it waits for Pod b" });
    expect(newsText(leaving([ours], waiting), leaving([ours], waiting))).toBe("");
    expect(newsText(leaving([ours], waiting), later)).toBe(
      "onecloud/prod: Deleting\n  it is being deleted with its data: it waits for Pod b\n",
    );
  });
});
