import { beforeAll, describe, expect, it } from "vitest";
import type { ComponentStatus } from "../../../src/cluster/api/status.ts";
import { childrenOf } from "../../support/children.ts";
import { type ControlPlane, createNamespace, eventually, startControlPlane } from "../../support/control-plane.ts";
import { clusterManifest, getObject, startOperator, untilDefined, untilReady } from "../../support/operator.ts";
import { applyObject, type ClusterAt, editByHand, patchSpec, untilStatus } from "../../support/user.ts";
import { textsIn } from "../../support/workload.ts";

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
  const operator = await startOperator(plane);
  return async () => {
    await operator.stop();
    await plane.stop();
  };
});

/** No node has it: pods that ask for it are never scheduled. */
const nowhere = { "example.com/no-node-has-this": "yes" };

async function apply(spec: object): Promise<ClusterAt> {
  const namespace = await createNamespace(plane, "order");
  await untilDefined(plane);
  await applyObject(plane, clusterManifest("prod", namespace, spec));
  return { plane, namespace, name: "prod" };
}

async function remove({ namespace }: ClusterAt): Promise<void> {
  await plane.kubectl(["delete", "onecloudcluster/prod", "--namespace", namespace]);
  // The next cluster needs its node ports at once.
  await plane.kubectl(["delete", "services", "--all", "--namespace", namespace]);
}

function phaseOf(entry: unknown): ComponentStatus["phase"] | undefined {
  return (entry as ComponentStatus | undefined)?.phase;
}

describe("a cluster whose keystone does not become ready", () => {
  let cluster: ClusterAt;

  beforeAll(async () => {
    cluster = await apply({ keystone: { nodeSelector: nowhere } });
    return () => remove(cluster);
  });

  it("says of the others that they wait, and names keystone as the first cause", async () => {
    const status = await untilStatus(cluster, ({ region }) => phaseOf(region) === "Waiting");
    const waiting = {
      phase: "Waiting",
      reason: "DependencyNotReady",
      message: "it starts when keystone is rolled out",
    };
    const [region, glance, notify, apiGateway] = Array.from({ length: 4 }, () => waiting);
    expect(status).toMatchObject({ region, glance, notify, apiGateway });
    expect(status).toMatchObject({ phase: "Progressing", blockedBy: { component: "keystone", reason: "RollingOut" } });
    expect(status.message).toMatch(/^keystone: /);
  });

  it("has files, Services and claims of the others already, and no workload of them", async () => {
    const labels = [...(await childrenOf(plane, cluster.namespace)).keys()];
    expect(labels).toEqual(
      expect.arrayContaining([
        "Secret prod-region",
        "Secret prod-glance",
        "Service prod-region",
        "Service prod-notify",
        "PersistentVolumeClaim prod-glance",
        "Deployment prod-keystone",
        "Deployment prod-web",
      ]),
    );
    expect(labels).not.toContain("Deployment prod-region");
    expect(labels).not.toContain("Deployment prod-glance");
  });

  it("starts the others as soon as keystone runs", async () => {
    await patchSpec(cluster, { keystone: { nodeSelector: null } });
    const ready = await untilReady(plane, cluster.namespace, cluster.name);
    expect(ready["status"]).not.toHaveProperty("blockedBy");
  });
});

describe("a platform that was ready and whose keystone is not any more", () => {
  let cluster: ClusterAt;

  beforeAll(async () => {
    cluster = await apply({});
    await untilReady(plane, cluster.namespace, cluster.name);
    const old = await replicaSetsOf("keystone");
    await patchSpec(cluster, { keystone: { nodeSelector: nowhere } });
    await eventually(async () => (await replicaSetsOf("keystone")).length > old.length);
    // Without its old ReplicaSet the last pod that served goes too.
    await plane.kubectl(["delete", ...old, "--namespace", cluster.namespace]);
    await untilStatus(cluster, ({ keystone }) => (keystone as ComponentStatus | undefined)?.ready === "0/1");
    return () => remove(cluster);
  });

  async function replicaSetsOf(app: string): Promise<readonly string[]> {
    const args = [
      "get",
      "replicasets",
      "--namespace",
      cluster.namespace,
      "--selector",
      `app=${app}`,
      "--output",
      "name",
    ];
    return (await plane.kubectl(args)).split("\n").filter((name) => name !== "");
  }

  it("stops glance when it is disabled, and keeps its claim", async () => {
    await patchSpec(cluster, { glance: { disable: true } });
    await eventually(async () => {
      const labels = [...(await childrenOf(plane, cluster.namespace)).keys()];
      expect(labels).not.toContain("Deployment prod-glance");
      expect(labels).toContain("PersistentVolumeClaim prod-glance");
    });
    await untilStatus(cluster, ({ glance }) => phaseOf(glance) === "Disabled");
  });

  it("repairs what somebody changed of region by hand", async () => {
    await editByHand(cluster, "deployment/prod-region", { spec: { replicas: 3 } });
    await editByHand(cluster, "service/prod-region", { spec: { selector: { app: "nobody" } } });
    await eventually(async () => {
      expect((await getObject(plane, cluster.namespace, "deployment/prod-region"))["spec"]).toMatchObject({
        replicas: 1,
      });
      const service = await getObject(plane, cluster.namespace, "service/prod-region");
      expect(service["spec"]).toMatchObject({ selector: { app: "region" } });
    });
  });

  it("makes the Deployment of region again when somebody deletes it", async () => {
    const before = await getObject(plane, cluster.namespace, "deployment/prod-region");
    await plane.kubectl(["delete", "deployment/prod-region", "--namespace", cluster.namespace]);
    await eventually(async () => {
      const after = await getObject(plane, cluster.namespace, "deployment/prod-region");
      expect(after.metadata.uid).not.toBe(before.metadata.uid);
    });
  });

  it("gives notify a changed option, and restarts it", async () => {
    const before = await getObject(plane, cluster.namespace, "deployment/prod-notify");
    await patchSpec(cluster, { notify: { options: { log_level: "debug" } } });
    await eventually(async () => {
      const files = textsIn(await getObject(plane, cluster.namespace, "secret/prod-notify"));
      expect(Object.values(files).join()).toContain("log_level: debug");
      const after = await getObject(plane, cluster.namespace, "deployment/prod-notify");
      expect(after.metadata.generation).toBe((before.metadata.generation ?? 0) + 1);
    });
    await untilStatus(cluster, ({ notify }) => phaseOf(notify) === "Ready");
  });

  it("names keystone alone as what is not ready", async () => {
    // The pods of region, which was made again, may still be on their way.
    const status = await untilStatus(cluster, ({ region }) => phaseOf(region) === "Ready");
    expect(status).toMatchObject({ blockedBy: { component: "keystone" } });
  });
});
