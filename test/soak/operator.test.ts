import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { childrenOf, generationsOf } from "../support/children.ts";
import { components } from "../../src/cluster/components/index.ts";
import { type ControlPlane, createNamespace, eventually, startControlPlane } from "../support/control-plane.ts";
import { bothWays, type Editing, startEditing } from "../support/edited-cluster.ts";
import { clusterManifest, startOperator, type TestOperator, untilDefined, untilReady } from "../support/operator.ts";
import {
  duringOutage,
  installUndisturbed,
  installWithKills,
  requestsWhileIdle,
  scaleNotify,
} from "../support/operator-trials.ts";
import { freeAddress, type Listening, readPath, untilPassed } from "../support/passes.ts";
import { childWritesOf } from "../support/requests.ts";
import { applyObject, type ClusterAt, untilStatus } from "../support/user.ts";

const minute = 60_000;

describe("an installation with interruptions", () => {
  let plane: ControlPlane;

  beforeAll(async () => {
    plane = await startControlPlane();
    await plane.kubectl(["apply", "--filename", "crds/onecloudclusters.yaml"]);
    await untilDefined(plane);
    return () => plane.stop();
  });

  const seeds = Array.from({ length: 10 }, (_, index) => 1_000 + index);

  it.each(seeds)(
    "ends as an undisturbed one whatever ten moments the operator is killed at (seed %i)",
    async (seed) => {
      const cluster: ClusterAt = { plane, namespace: `interrupted-${seed}`, name: "prod" };
      const disturbed = await installWithKills(cluster, plane, seed);
      const undisturbed = await installUndisturbed(cluster, disturbed.credentials);
      expect(disturbed.children).toEqual(undisturbed.children);
    },
  );
});

describe.concurrent("a spec that is edited step by step", () => {
  let plane: ControlPlane;
  let editing: Editing;

  beforeAll(async () => {
    plane = await startControlPlane();
    editing = await startEditing(plane);
    return async () => {
      await editing.end();
      await plane.stop();
    };
  });

  const sequences = Array.from({ length: 200 }, (_, index) => 1_000 + index);

  it.each(sequences)("ends in the objects of its last state applied at once (seed %i)", async (seed) => {
    const { stepByStep, atOnce } = await bothWays(editing, seed);
    expect(stepByStep).toEqual(atOnce);
  });
});

describe("a platform that is ready", () => {
  let plane: ControlPlane;
  let operator: TestOperator;
  let cluster: ClusterAt;
  let health: Listening;

  beforeAll(async () => {
    // The node outlives the minute in which nobody can tell that it is well.
    plane = await startControlPlane({ nodeMonitorGracePeriod: "180s" });
    await plane.kubectl(["apply", "--filename", "crds/onecloudclusters.yaml"]);
    await untilDefined(plane);
    const metrics = await freeAddress();
    health = await freeAddress();
    operator = await startOperator(plane, { health, metrics, components });
    cluster = { plane, namespace: await createNamespace(plane, "soak"), name: "prod" };
    await applyObject(plane, clusterManifest("prod", cluster.namespace));
    await untilReady(plane, cluster.namespace, "prod");
    await untilPassed(metrics, 1);
    return async () => {
      await operator.stop();
      await plane.stop();
    };
  });

  it("costs no write, and nothing but watches, in ten minutes in which nothing happens", async () => {
    expect(await requestsWhileIdle(plane, operator, 10 * minute)).toEqual([]);
  });

  it("follows its spec again, without a restart of the operator, when the API server was down for a minute", async () => {
    await duringOutage(plane, operator, async () => {
      await delay(minute);
      expect(await readPath(health, "/healthz")).toBe("ok");
    });
    await scaleNotify(cluster, 2);
  });
});

describe("a platform whose only control-plane node is not ready", () => {
  it("is left as it is for two minutes", async () => {
    const plane = await startControlPlane({ nodeMonitorGracePeriod: "8s" });
    const operator = await startOperator(plane, { resyncMs: 5_000 });
    try {
      const cluster: ClusterAt = { plane, namespace: await createNamespace(plane, "soak"), name: "prod" };
      await eventually(() => applyObject(plane, clusterManifest("prod", cluster.namespace)));
      await untilReady(plane, cluster.namespace, "prod");
      const before = generationsOf(await childrenOf(plane, cluster.namespace));
      const since = new Date();
      await plane.stopHeartbeats("node-1");
      await untilStatus(cluster, ({ phase }) => phase === "Degraded");
      await delay(2 * minute);
      expect(await childWritesOf(plane, { userAgent: operator.userAgent, since })).toEqual([]);
      expect(generationsOf(await childrenOf(plane, cluster.namespace))).toEqual(before);
    } finally {
      await operator.stop();
      await plane.stop();
    }
  });
});
