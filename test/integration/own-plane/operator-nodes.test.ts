import { beforeAll, describe, expect, it } from "vitest";
import { withApi } from "../../../hack/control-plane/access.ts";
import { createNode } from "../../../hack/control-plane/node.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { childrenOf, generationsOf, limitsIn } from "../../support/children.ts";
import { type ControlPlane, createNamespace, eventually, startControlPlane } from "../../support/control-plane.ts";
import { clusterManifest, startOperator, type TestOperator, untilDefined, untilReady } from "../../support/operator.ts";
import { freeAddress, type Listening, untilPasses } from "../../support/passes.ts";
import { childWritesOf } from "../../support/requests.ts";
import { applyObject, type ClusterAt, conditionIn, untilStatus } from "../../support/user.ts";

let plane: ControlPlane;
let operator: TestOperator;
let metrics: Listening;
let cluster: ClusterAt;

beforeAll(async () => {
  plane = await startControlPlane({ nodeMonitorGracePeriod: "8s" });
  metrics = await freeAddress();
  operator = await startOperator(plane, { resyncMs: 1_000, metrics });
  const namespace = await createNamespace(plane, "nodes");
  cluster = { plane, namespace, name: "prod" };
  await untilDefined(plane);
  await applyObject(plane, clusterManifest("prod", namespace));
  await untilReady(plane, namespace, "prod");
  return async () => {
    await operator.stop();
    await plane.stop();
  };
});

async function keystone(): Promise<KubeObject | undefined> {
  return (await childrenOf(plane, cluster.namespace)).get("Deployment prod-keystone");
}

/** A kubelet that is back says that its pods are ready; the simulated one says so only once in the life of a pod. */
async function reportPodsReady(): Promise<void> {
  const namespaced = ["--namespace", cluster.namespace];
  const pods = (await plane.kubectl(["get", "pods", ...namespaced, "--output", "name"])).trim().split("\n");
  const patch = JSON.stringify({ status: { conditions: [{ type: "Ready", status: "True" }] } });
  for (const pod of pods)
    await plane.kubectl(["patch", pod, ...namespaced, "--subresource", "status", "--patch", patch]);
}

/** Does the work and fails when the operator wrote anything but events and the cluster's status meanwhile. */
async function withoutWrites(work: () => Promise<void>): Promise<void> {
  const before = generationsOf(await childrenOf(plane, cluster.namespace));
  const since = new Date();
  await work();
  expect(await childWritesOf(plane, { userAgent: operator.userAgent, since })).toEqual([]);
  expect(generationsOf(await childrenOf(plane, cluster.namespace))).toEqual(before);
}

describe("a platform on a single control-plane node", () => {
  it("is left as it is while the node is not ready, says that it is degraded, and is ready again with the node", async () => {
    await withoutWrites(async () => {
      await plane.stopHeartbeats("node-1");
      const degraded = await untilStatus(cluster, ({ phase }) => phase === "Degraded");
      expect(conditionIn(degraded, "Degraded")).toMatchObject({ status: "True", reason: "ComponentsFailed" });
      expect(conditionIn(degraded, "Ready")).toMatchObject({ status: "False", reason: "PodsUnavailable" });
      await untilPasses(metrics, 20);
      await plane.resumeHeartbeats("node-1");
      await reportPodsReady();
      await untilReady(plane, cluster.namespace, "prod");
      await untilPasses(metrics, 3);
    });
  });

  it("keeps its limits when the node is deleted and made again", async () => {
    const limits = limitsIn(await keystone());
    expect(limits).toMatchObject({ cpu: "2667m" });
    await withoutWrites(async () => {
      await plane.kubectl(["delete", "node", "node-1"]);
      await untilPasses(metrics, 10);
      await withApi(plane, (api) => createNode(api, { name: "node-1" }, 0));
      await untilPasses(metrics, 10);
    });
    expect(limitsIn(await keystone())).toEqual(limits);
    await untilReady(plane, cluster.namespace, "prod");
  });

  it("gets the limits that suit the smallest of its control-plane nodes", async () => {
    const limits = limitsIn(await keystone());
    await withApi(plane, (api) => createNode(api, { name: "node-2", cpu: "4", memory: "16Gi" }, 1));
    await eventually(async () => expect(limitsIn(await keystone())).toMatchObject({ memory: "1073Mi" }));
    await untilReady(plane, cluster.namespace, "prod");
    await plane.kubectl(["delete", "node", "node-2"]);
    await eventually(async () => expect(limitsIn(await keystone())).toEqual(limits));
  });
});
