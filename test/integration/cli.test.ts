import { load } from "js-yaml";
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { paints } from "../../src/cli/graph/phases.ts";
import { credentialsName, fieldManagers } from "../../src/cluster/api/names.ts";
import type { ClusterStatus } from "../../src/cluster/api/status.ts";
import { installDefinition } from "../../src/cluster/install-definition.ts";
import { runOperator } from "../../src/cluster/operator.ts";
import { clusters } from "../../src/cluster/watches.ts";
import type { Client } from "../../src/kube/client.ts";
import { createClient } from "../../src/kube/client.ts";
import { loadConnection } from "../../src/kube/connection.ts";
import { deployments, secrets, services } from "../../src/kube/kinds.ts";
import type { KubeObject, ObjectKey } from "../../src/kube/object.ts";
import { isKubeObject, keyOf } from "../../src/kube/object.ts";
import type { Ran, Surroundings } from "../cli/recording-terminal.ts";
import { runHere } from "../cli/recording-terminal.ts";
import { recordingLogger } from "../kube/recording-logger.ts";
import { createNamespace, sharedControlPlane } from "../support/control-plane.ts";

let client: Client;
let kubeconfig: string;

beforeAll(async () => {
  ({ kubeconfig } = sharedControlPlane());
  const connection = await loadConnection({ kubeconfig });
  client = createClient(connection);
  await installDefinition(client, recordingLogger().logger);
  return () => connection.close();
});

const minimal = new URL("../golden/examples/minimal.yaml", import.meta.url);

/** Stores the minimal example in a namespace of its own, for the time of the test: its node ports are those of every other cluster. */
async function storedCluster(spec: object = {}): Promise<KubeObject> {
  const written: unknown = load(await readFile(minimal, "utf8"));
  if (!isKubeObject(written)) throw new Error("the example is no object");
  const namespace = await createNamespace(sharedControlPlane(), "cli");
  const full = { ...(written["spec"] as object), ...spec };
  onTestFinished(() => removed({ namespace, name: "prod" }));
  return await client.create(clusters, { ...written, metadata: { name: "prod", namespace }, spec: full });
}

/** The Services are not left to the garbage collector: it takes half a minute to learn of a new kind of owner. */
async function removed({ namespace, name }: ObjectKey & { readonly namespace: string }): Promise<void> {
  await client.delete(clusters, { namespace, name });
  const { items } = await client.list(services, { namespace });
  await Promise.all(items.map((service) => client.delete(services, keyOf(service))));
}

function run(cluster: KubeObject, args: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const { namespace = "" } = cluster.metadata;
  return runHere([...args, "--namespace", namespace, "--kubeconfig", kubeconfig], surroundings);
}

async function writeStatus(cluster: KubeObject, status: Partial<ClusterStatus>): Promise<void> {
  const { name, namespace = "" } = cluster.metadata;
  const applied = { apiVersion: cluster.apiVersion, kind: cluster.kind, metadata: { name, namespace }, status };
  await client.apply(clusters, applied, { fieldManager: fieldManagers.objects, force: true, subresource: "status" });
}

const condition = {
  type: "Ready",
  reason: "RollingOut",
  message: "",
  lastTransitionTime: "2026-01-31T10:00:00Z",
} as const;
const moving: Partial<ClusterStatus> = {
  observedGeneration: 1,
  phase: "Progressing",
  ready: "0/1",
  blockedBy: { component: "keystone", reason: "RollingOut", message: "its pods are being rolled out" },
  conditions: [{ ...condition, status: "False" }],
  keystone: { phase: "Progressing", ready: "0/1" },
};
const settled: Partial<ClusterStatus> = {
  observedGeneration: 1,
  phase: "Ready",
  ready: "1/1",
  conditions: [{ ...condition, status: "True" }],
  keystone: { phase: "Ready", ready: "1/1" },
};

describe("diff", () => {
  it("shows everything that a new cluster will get, without a credential, and writes nothing", async () => {
    const cluster = await storedCluster();
    const { namespace = "" } = cluster.metadata;
    const { exitCode, stdout, stderr } = await run(cluster, ["diff", "prod"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    for (const label of [
      `OnecloudCluster ${namespace}/prod`,
      `Secret ${namespace}/${credentialsName("prod")}`,
      `Deployment ${namespace}/prod-keystone`,
      `DaemonSet ${namespace}/prod-host-ovn-controller`,
      `Service ${namespace}/prod-glance`,
    ]) {
      expect(stdout).toContain(`+++ ${label} (wanted)\n`);
    }
    expect(stdout).toContain("+    image: registry.hub.docker.com/yunion/keystone:latest\n");
    expect(stdout).not.toContain("your-sql-passwd");
    expect(stdout).not.toContain(Buffer.from("your-sql-passwd").toString("base64"));
    expect(await client.get(clusters, { namespace, name: "prod" })).toEqual(cluster);
    for (const kind of [secrets, services, deployments])
      expect((await client.list(kind, { namespace })).items).toEqual([]);
  });

  it("says that there is no difference when everything is as the operator wants it", async () => {
    const cluster = await storedCluster();
    const connection = await loadConnection({ kubeconfig });
    const stop = new AbortController();
    const { logger } = recordingLogger();
    const operator = runOperator(
      { connection, logger, installDefinition: false, workers: 1, resyncMs: 0, deletionDeadlineMs: 600_000 },
      stop.signal,
    );
    try {
      const ready = await run(cluster, ["status", "prod", "--watch", "--timeout", "120s"]);
      expect(ready).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await run(cluster, ["diff", "prod"])).toEqual({ exitCode: 0, stdout: "", stderr: "no difference\n" });
    } finally {
      stop.abort();
      await operator;
      await connection.close();
    }
    const { namespace = "" } = cluster.metadata;
    await client.patch(
      clusters,
      { namespace, name: "prod" },
      { type: "merge", body: { spec: { glance: { disable: true } } } },
    );
    await client.patch(
      deployments,
      { namespace, name: "prod-logger" },
      { type: "merge", body: { spec: { replicas: 3 } } },
    );
    const { exitCode, stdout } = await run(cluster, ["diff"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("-  replicas: 3\n+  replicas: 1\n");
    expect(stdout).toContain(`delete Deployment ${namespace}/prod-glance\n`);
    expect(stdout).not.toContain("prod-keystone");
    const summary = await run(cluster, ["diff", "--summary"]);
    expect(summary.exitCode).toBe(1);
    expect(summary.stdout).toMatch(/^update +Deployment .*\/prod-logger +\+1 -1$/m);
    expect(summary.stdout).toMatch(/^delete +Deployment .*\/prod-glance /m);
    expect(summary.stdout).toMatch(/\n\n1 to update, \d to delete; no pods restart\n$/);
  });

  it("ends with 2 and the sentences of the operator for a cluster that it refuses", async () => {
    const cluster = await storedCluster({ glance: { service: { nodePort: 30500 } } });
    const { exitCode, stderr } = await run(cluster, ["diff"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("error: spec.glance.service.nodePort is 30500");
  });

  it("tells which clusters there are when the named one is missing", async () => {
    const cluster = await storedCluster();
    const { exitCode, stderr } = await run(cluster, ["diff", "test"]);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(`error: namespace ${cluster.metadata.namespace ?? ""} has no OnecloudCluster test, but prod\n`);
  });
});

describe("status", () => {
  it("shows components, conditions and the first cause, and ends with 1 until the cluster is ready", async () => {
    const cluster = await storedCluster();
    await writeStatus(cluster, moving);
    const { exitCode, stdout } = await run(cluster, ["status"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("First cause: keystone: its pods are being rolled out (RollingOut)\n");
    expect(stdout).toMatch(/^keystone +Progressing +0\/1$/m);
    await writeStatus(cluster, settled);
    const json = await run(cluster, ["status", "prod", "-o", "json"]);
    expect(json.exitCode).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({ name: "prod", ready: true, status: settled });
  });

  it("with --watch tells every change and ends when the cluster is ready", async () => {
    const cluster = await storedCluster();
    await writeStatus(cluster, moving);
    const { promise: shown, resolve } = Promise.withResolvers<void>();
    const watching = run(cluster, ["status", "--watch"], {
      onOutput: (stdout) => {
        if (stdout.includes("keystone Progressing 0/1")) resolve();
      },
    });
    await shown;
    await writeStatus(cluster, settled);
    const { exitCode, stdout } = await watching;
    expect(exitCode).toBe(0);
    expect(stdout.endsWith("Ready, 1/1 components ready\n  keystone Ready 1/1\n")).toBe(true);
  });

  it("with --watch gives up after its time with the first cause, and when it is asked to stop", async () => {
    const cluster = await storedCluster();
    await writeStatus(cluster, moving);
    const late = await run(cluster, ["status", "--watch", "--timeout", "300ms"]);
    expect(late.exitCode).toBe(1);
    expect(late.stderr).toBe("not ready in time: keystone: its pods are being rolled out (RollingOut)\n");
    const stopped = await run(cluster, ["status", "--watch"], { stop: AbortSignal.abort() });
    expect(stopped).toMatchObject({ exitCode: 1, stderr: "stopped before it was ready\n" });
  });

  it("says in one sentence that a namespace has no cluster", async () => {
    const namespace = await createNamespace(sharedControlPlane(), "cli");
    const ran = await runHere(["status", "-n", namespace, "--kubeconfig", kubeconfig]);
    expect(ran).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `error: namespace ${namespace} has no OnecloudCluster: name another one with --namespace\n`,
    });
  });
});

describe("graph --status", () => {
  it("shows what a stored cluster runs, and how each of its components is", async () => {
    const cluster = await storedCluster({ glance: { disable: true } });
    await writeStatus(cluster, {
      ...moving,
      region: { phase: "Waiting", message: "it starts when keystone is rolled out" },
    });
    const { exitCode, stdout, stderr } = await run(cluster, ["graph", "--status"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^keystone +Progressing 0\/1$/m);
    expect(stdout).toMatch(/^├─ region +Waiting \(it starts when keystone is rolled out\)$/m);
    expect(stdout).toMatch(/^web +Unknown \(the operator has not looked at it yet\)$/m);
    expect(stdout).toMatch(/^ {2}glance +spec\.glance\.disable is true$/m);
  });

  it("colours picture and digraph by it", async () => {
    const cluster = await storedCluster();
    await writeStatus(cluster, settled);
    const svg = await run(cluster, ["graph", "prod", "--status", "-o", "svg"]);
    expect(svg).toMatchObject({ exitCode: 0, stderr: "" });
    expect(svg.stdout).toContain(">Ready 1/1</text>");
    expect(svg.stdout).toContain(
      `fill="${paints.Ready.fill}" stroke="${paints.Ready.stroke}"><title>keystone Ready 1/1</title>`,
    );
    const dot = await run(cluster, ["graph", "--status", "-o", "dot"]);
    expect(dot.stdout).toContain(`"keystone" [label="keystone\\nReady 1/1", fillcolor="${paints.Ready.fill}"`);
  });

  it("says which clusters there are when the named one is missing", async () => {
    const cluster = await storedCluster();
    const { exitCode, stderr } = await run(cluster, ["graph", "test", "--status"]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `error: namespace ${cluster.metadata.namespace ?? ""} has no OnecloudCluster test, but prod\n`,
    });
  });
});
