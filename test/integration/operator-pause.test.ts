import { beforeAll, describe, expect, it } from "vitest";
import { childrenOf } from "../support/children.ts";
import { createNamespace, eventually } from "../support/control-plane.ts";
import { type Installation, insideOnly, manifestOf, startInstallation } from "../support/installation.ts";
import { getObject, untilReady } from "../support/operator.ts";
import { freeAddress, type Listening, untilPasses } from "../support/passes.ts";
import { writesOf } from "../support/requests.ts";
import { applyObject, type ClusterAt, conditionIn, patchSpec, readStatus, untilStatus } from "../support/user.ts";
import { runHere } from "../cli/recording-terminal.ts";

const annotation = "onecloud.yunion.io/paused";

let installation: Installation;
let metrics: Listening;
let cluster: ClusterAt;

beforeAll(async () => {
  metrics = await freeAddress();
  installation = await startInstallation({ metrics, resyncMs: 500 });
  cluster = await installation.install(insideOnly());
  await untilReady(cluster.plane, cluster.namespace, cluster.name);
  return () => installation.end();
});

async function annotate({ plane, namespace, name }: ClusterAt, value: string): Promise<void> {
  await plane.kubectl(["annotate", `onecloudcluster/${name}`, value, "--overwrite", "--namespace", namespace]);
}

/** What the operator has written in the namespace beside the status of the cluster and events. */
async function written({ plane, namespace }: ClusterAt, since: Date): Promise<readonly string[]> {
  const writes = await writesOf(plane, { ...installation.operator, since });
  return writes.filter((line) => line.includes(`/namespaces/${namespace}/`) && !/\/events|\/status\?/.test(line));
}

async function command(name: string): ReturnType<typeof runHere> {
  const { kubeconfig } = cluster.plane;
  return await runHere([name, "--namespace", cluster.namespace, "--kubeconfig", kubeconfig]);
}

describe("a cluster that is made with the annotation paused", () => {
  it("gets nothing but a status that says so, and starts when it is taken off", async () => {
    const { plane } = cluster;
    const namespace = await createNamespace(plane, "paused");
    const paused: ClusterAt = { plane, namespace, name: "prod" };
    const since = new Date();
    await applyObject(plane, manifestOf(namespace, insideOnly(), { annotations: { [annotation]: "true" } }));
    const status = await untilStatus(paused, ({ phase }) => phase === "Paused");
    await untilPasses(metrics, 3);
    expect(conditionIn(status, "Paused")).toMatchObject({ status: "True", reason: "PausedByAnnotation" });
    expect(status.message).toContain(`annotation ${annotation} is set`);
    expect(await written(paused, since)).toEqual([]);
    expect(await childrenOf(plane, namespace)).toEqual(new Map());
    await annotate(paused, `${annotation}-`);
    const { spec } = await untilReady(plane, namespace, "prod");
    expect(spec).toHaveProperty("keystone.image");
    await plane.kubectl(["delete", "onecloudcluster/prod", "--namespace", namespace]);
  });
});

describe("a running cluster that is paused", () => {
  let since: Date;

  beforeAll(async () => {
    await annotate(cluster, `${annotation}=true`);
    await untilStatus(cluster, ({ phase }) => phase === "Paused");
    since = new Date();
    await patchSpec(cluster, { version: "v3.11.9" });
    await cluster.plane.kubectl(["delete", "service/prod-notify", "--namespace", cluster.namespace]);
    await untilPasses(metrics, 4);
  });

  it("is not written, whatever happens to it", async () => {
    expect(await written(cluster, since)).toEqual([]);
    expect([...(await childrenOf(cluster.plane, cluster.namespace)).keys()]).not.toContain("Service prod-notify");
  });

  it("says so, and that the newest spec is not taken up, and keeps what was known", async () => {
    const { metadata } = await getObject(cluster.plane, cluster.namespace, "onecloudcluster/prod");
    const status = await readStatus(cluster);
    expect(status.observedGeneration).toBeLessThan(metadata.generation ?? 0);
    expect(status["keystone"]).toMatchObject({ phase: "Ready" });
    expect(conditionIn(status, "Ready")).toMatchObject({ status: "True" });
    const { exitCode, stdout } = await command("status");
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${cluster.namespace}/prod: Paused`);
    expect(stdout).toContain(`annotation ${annotation} is set: nothing is written`);
  });

  it("shows by diff what waits", async () => {
    const { exitCode, stdout, stderr } = await command("diff");
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`note: annotation ${annotation} is set`);
    expect(stdout).toContain("+          image: registry.hub.docker.com/yunion/keystone:v3.11.9");
    expect(stdout).toContain(`+++ Service ${cluster.namespace}/prod-notify (wanted)`);
    expect(await written(cluster, since)).toEqual([]);
  });

  it("is made what it shall be when the annotation is taken off", async () => {
    await annotate(cluster, `${annotation}-`);
    await untilReady(cluster.plane, cluster.namespace, "prod");
    const status = await readStatus(cluster);
    expect(conditionIn(status, "Paused")).toBeUndefined();
    expect(status["keystone"]).toMatchObject({ image: "registry.hub.docker.com/yunion/keystone:v3.11.9" });
    await getObject(cluster.plane, cluster.namespace, "service/prod-notify");
  });

  it("is told in events", async () => {
    const reasons = await eventually(async () => {
      const args = ["get", "events", "--namespace", cluster.namespace, "--output", "jsonpath={.items[*].reason}"];
      const all = (await cluster.plane.kubectl(args)).split(" ");
      expect(all).toContain("Resumed");
      return all;
    });
    expect(reasons.filter((reason) => reason === "Paused")).toHaveLength(1);
  });
});
