import { describe, expect, it } from "vitest";
import { podLooks } from "../../src/cluster/pod-looks.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { clusterObject, leastSpec } from "../support/cluster-scope.ts";

const cluster = clusterObject(leastSpec);
const other = { ...cluster, metadata: { ...cluster.metadata, uid: "other-uid", name: "other" } };

function podOf(name: string, restartCount: number): KubeObject {
  const status = { name: "api", image: "api:v1", restartCount, lastState: { terminated: { exitCode: 1 } } };
  return { apiVersion: "v1", kind: "Pod", metadata: { name }, status: { containerStatuses: [status] } };
}

const now = new Date("2026-01-01T00:01:00Z");

function waitingSince(time: string): KubeObject {
  const container = {
    name: "api",
    image: "api:v1",
    restartCount: 0,
    state: { waiting: { reason: "ContainerCreating" } },
  };
  const status = { startTime: `2026-01-01T${time}Z`, containerStatuses: [container] };
  return { apiVersion: "v1", kind: "Pod", metadata: { name: time }, status };
}

/** Looks at pods of which the second has ended once and the third again and again, with what was asked for. */
function looking() {
  const asked: unknown[] = [];
  const time = { now: 0 };
  const list = (...selection: readonly unknown[]): Promise<readonly KubeObject[]> => {
    asked.push(selection[2]);
    return Promise.resolve([podOf("a", 0), podOf("b", 1), podOf("c", 2)]);
  };
  return { asked, time, look: podLooks({ list }, () => time.now) };
}

describe("looks at the pods of a cluster", () => {
  it("show those that are in trouble, and not one that ended a single time", async () => {
    const { look } = looking();
    expect((await look(cluster, now)).map(({ name }) => name)).toEqual(["c"]);
  });

  it("count for five seconds, each cluster for itself", async () => {
    const { asked, time, look } = looking();
    await Promise.all([look(cluster, now), look(cluster, now)]);
    time.now = 4_999;
    await look(cluster, now);
    expect(asked).toEqual([
      { "app.kubernetes.io/managed-by": "onecloud-operator", "app.kubernetes.io/instance": "onecloud-cluster-prod" },
    ]);
    await look(other, now);
    time.now = 5_000;
    await look(cluster, now);
    expect(asked).toHaveLength(3);
  });

  it("show a pod that has not started for a minute, not one that may be pulling its image", async () => {
    const list = () => Promise.resolve([waitingSince("00:00:00"), waitingSince("00:00:01")]);
    const [slow, ...others] = await podLooks({ list }, () => 0)(cluster, now);
    expect(others).toEqual([]);
    expect(slow?.trouble).toEqual({ kind: "notStarted", since: "2026-01-01T00:00:00Z" });
  });

  it("see no trouble where they fail: a pass does not end for that", async () => {
    const look = podLooks({ list: () => Promise.reject(new Error("pods is forbidden")) }, () => 0);
    expect(await look(cluster, now)).toEqual([]);
  });
});
