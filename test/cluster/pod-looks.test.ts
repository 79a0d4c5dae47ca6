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
    expect((await look(cluster)).map(({ name }) => name)).toEqual(["c"]);
  });

  it("count for five seconds, each cluster for itself", async () => {
    const { asked, time, look } = looking();
    await Promise.all([look(cluster), look(cluster)]);
    time.now = 4_999;
    await look(cluster);
    expect(asked).toEqual([
      { "app.kubernetes.io/managed-by": "onecloud-operator", "app.kubernetes.io/instance": "onecloud-cluster-prod" },
    ]);
    await look(other);
    time.now = 5_000;
    await look(cluster);
    expect(asked).toHaveLength(3);
  });

  it("see no trouble where they fail: a pass does not end for that", async () => {
    const look = podLooks({ list: () => Promise.reject(new Error("pods is forbidden")) }, () => 0);
    expect(await look(cluster)).toEqual([]);
  });
});
