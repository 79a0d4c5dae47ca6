import { describe, expect, it } from "vitest";
import type { World } from "../../src/cluster/pass.ts";
import { reconcile } from "../../src/cluster/reconcile.ts";
import { ApiError } from "../../src/kube/api-error.ts";
import { keyOf } from "../../src/kube/object.ts";
import { recordingLogger } from "../kube/recording-logger.ts";
import { leavingCluster, leavingTrial } from "../support/leaving.ts";

describe("a cluster that went with its data a moment ago", () => {
  it("is no failure when a cache still shows it, and nothing is told of it a second time", async () => {
    const cluster = leavingCluster();
    const { world, events } = leavingTrial();
    const gone = new ApiError(
      { act: "patch onecloudclusters onecloud/prod", method: "PATCH", path: "/" },
      { code: 404, status: { message: "not found", details: { kind: "onecloudclusters" } } },
    );
    const stale = {
      ...world,
      clusterOf: () => cluster,
      defaults: { ...world.defaults, setFinalizers: () => Promise.reject(gone) },
    } as unknown as World;
    await expect(reconcile(keyOf(cluster), stale, recordingLogger().logger)).resolves.toBeDefined();
    expect(events).toEqual([]);
  });
});
