import { beforeAll, describe, expect, it } from "vitest";
import { components } from "../../../src/cluster/components/index.ts";
import { childrenOf, generationsOf } from "../../support/children.ts";
import { type ControlPlane, createNamespace, startControlPlane } from "../../support/control-plane.ts";
import { clusterManifest, startOperator, untilDefined, untilReady } from "../../support/operator.ts";
import { operatorAccess } from "../../support/operator-account.ts";
import { startOperatorProcess } from "../../support/operator-process.ts";
import {
  duringOutage,
  installUndisturbed,
  installWithKills,
  requestsWhileIdle,
  scaleNotify,
} from "../../support/operator-trials.ts";
import { freeAddress, readPath, untilPassed } from "../../support/passes.ts";
import { writesOf } from "../../support/requests.ts";
import { applyObject, type ClusterAt } from "../../support/user.ts";

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
  await plane.kubectl(["apply", "--filename", "crds/onecloudclusters.yaml"]);
  await untilDefined(plane);
  return () => plane.stop();
});

describe("an installation with interruptions", () => {
  it("ends in the same state when the operator is killed at ten moments as when nobody disturbs it", async () => {
    const cluster: ClusterAt = { plane, namespace: "interrupted", name: "prod" };
    const disturbed = await installWithKills(cluster, plane, 20_260_131);
    expect(disturbed.interrupted).toBeGreaterThanOrEqual(5);
    const undisturbed = await installUndisturbed(cluster, disturbed.credentials);
    expect(disturbed.children).toEqual(undisturbed.children);
  });
});

describe("a platform that is ready", () => {
  let cluster: ClusterAt;
  let pods: string;

  beforeAll(async () => {
    cluster = { plane, namespace: await createNamespace(plane, "settled"), name: "prod" };
    await applyObject(plane, clusterManifest("prod", cluster.namespace));
    const operator = await startOperator(plane, { components });
    await untilReady(plane, cluster.namespace, "prod");
    await operator.stop();
    pods = await podsNow();
  });

  async function podsNow(): Promise<string> {
    return await plane.kubectl(["get", "pods", "--namespace", cluster.namespace, "--output", "name"]);
  }

  it("is left as it is, and no pod restarts, when its operator stops and starts again", async () => {
    const metrics = await freeAddress();
    const operator = await startOperator(plane, { components, metrics, resyncMs: 500 });
    try {
      await untilPassed(metrics, 5);
      expect(await writesOf(plane, operator)).toEqual([]);
      expect(await podsNow()).toBe(pods);
    } finally {
      await operator.stop();
    }
  });

  it("is left as it is, and no pod restarts, when its operator is another process", async () => {
    const before = generationsOf(await childrenOf(plane, cluster.namespace));
    const since = new Date();
    const operator = await startOperatorProcess({ ...(await operatorAccess(plane)), resync: "500ms" });
    try {
      await untilPassed(operator.address, 5);
      expect(await writesOf(plane, { userAgent: "onecloud-operator/", since })).toEqual([]);
      expect(generationsOf(await childrenOf(plane, cluster.namespace))).toEqual(before);
      expect(await podsNow()).toBe(pods);
    } finally {
      expect(await operator.end("SIGTERM")).toBe(0);
    }
  });

  it("costs no write, and nothing but watches, while nothing happens", async () => {
    const metrics = await freeAddress();
    const operator = await startOperator(plane, { components, metrics, resyncMs: 1_000 });
    try {
      await untilPassed(metrics, 1);
      expect(await requestsWhileIdle(plane, operator, 20_000)).toEqual([]);
      await untilPassed(metrics, 10);
    } finally {
      await operator.stop();
    }
  });

  it("follows its spec again, without a restart of the operator, after the API server was down", async () => {
    const [health, metrics] = [await freeAddress(), await freeAddress()];
    const operator = await startOperator(plane, { components, health, metrics });
    try {
      await untilPassed(metrics, 1);
      await duringOutage(plane, operator, async () => expect(await readPath(health, "/healthz")).toBe("ok"));
      await scaleNotify(cluster, 2);
    } finally {
      await operator.stop();
    }
  });
});
