import { setTimeout as delay } from "node:timers/promises";
import { readFile } from "node:fs/promises";
import { filesIn } from "../../hack/control-plane/files.ts";
import { credentialsName } from "../../src/cluster/api/names.ts";
import { components } from "../../src/cluster/components/index.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { childrenOf, essenceOf } from "./children.ts";
import { type ControlPlane, type ControlPlaneAccess, eventually } from "./control-plane.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { clusterManifest, getObject, startOperator, type TestOperator, untilReady } from "./operator.ts";
import { type OperatorAccess, operatorAccess } from "./operator-account.ts";
import { startOperatorProcess } from "./operator-process.ts";
import { requestsOf } from "./requests.ts";
import { applyObject, type ClusterAt, patchSpec, readStatus } from "./user.ts";

/** A platform that was installed, and what it is made of. */
export interface Installed {
  /** The Secret with its credentials. */
  readonly credentials: KubeObject;
  /** How many operators died in the middle of a write; the others had nothing left to write. */
  readonly interrupted: number;
  /** Everything that the operator made, without what differs from one installation to the next. */
  readonly children: Readonly<Record<string, unknown>>;
}

/** Numbers below 1 that follow from the seed alone. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How many operators of one installation are killed. */
const kills = 10;

/**
 * Installs a cluster with an operator that is killed ten times, each time in the middle of one of its next writes, or at the
 * latest when the cluster is ready; which write follows from the seed. The eleventh operator lives. The cluster's namespace
 * is made and taken away again.
 */
export async function installWithKills(cluster: ClusterAt, plane: ControlPlane, seed: number): Promise<Installed> {
  const random = randomFrom(seed);
  const proxy = await proxyBefore(plane);
  await makeNamespace(cluster);
  await makeCluster(cluster);
  const access = await operatorAccess(plane, [cluster.namespace], { server: proxy.url });
  let interrupted = 0;
  for (let kill = 0; kill < kills; kill++) {
    const nth = 1 + Math.floor(random() * 6);
    if (await killInWrite({ access, proxy, cluster }, nth)) interrupted += 1;
  }
  const survivor = await startOperatorProcess(await operatorAccess(plane, [cluster.namespace]));
  try {
    await untilReady(plane, cluster.namespace, cluster.name);
    return { ...(await taken(cluster)), interrupted };
  } finally {
    await survivor.end("SIGKILL");
    await proxy.close();
    await removeNamespace(cluster);
  }
}

/** Installs a cluster as the whole program does, with the credentials of another one, and nobody in the way. */
export async function installUndisturbed(cluster: ClusterAt, credentials: KubeObject): Promise<Installed> {
  await makeNamespace(cluster);
  const { apiVersion, kind, metadata, data } = credentials as KubeObject & { readonly data: unknown };
  const copy = { apiVersion, kind, metadata: { name: metadata.name, namespace: cluster.namespace }, data };
  await cluster.plane.kubectl(["create", "--filename", "-"], JSON.stringify(copy));
  await makeCluster(cluster);
  const access = await operatorAccess(cluster.plane, [cluster.namespace]);
  const operator = await startOperator(cluster.plane, { components }, access);
  try {
    await untilReady(cluster.plane, cluster.namespace, cluster.name);
    return { ...(await taken(cluster)), interrupted: 0 };
  } finally {
    await operator.stop();
    await removeNamespace(cluster);
  }
}

/** A proxy with faults before the API server, whose clients are who they say that they are. */
export async function proxyBefore(plane: ControlPlaneAccess): Promise<FaultProxy> {
  const files = filesIn(plane.directory);
  const paths = [plane.ca, files.cert("serving"), files.key("serving")];
  const [ca = "", cert = "", key = ""] = await Promise.all(paths.map((path) => readFile(path, "utf8")));
  return await startFaultProxy({ upstream: { server: plane.server, ca }, tls: { cert, key } });
}

interface Killing {
  /** How to reach the API server through the proxy. */
  readonly access: OperatorAccess;
  readonly proxy: FaultProxy;
  readonly cluster: ClusterAt;
}

/** Runs an operator until its nth write is on its way: whether it still arrives is left to chance. Tells whether it came so far. */
async function killInWrite({ access, proxy, cluster }: Killing, nth: number): Promise<boolean> {
  const operator = await startOperatorProcess(access);
  let writes = 0;
  proxy.inject({
    when: ({ method, url }) => {
      if (method !== "GET" && !url.includes("/events")) writes += 1;
      if (writes >= nth) void operator.end("SIGKILL");
      return false;
    },
  });
  let isRunning = true;
  void operator.ended.then(() => (isRunning = false));
  await eventually(async () => !isRunning || (await isReady(cluster)), { interval: 250 });
  await operator.end("SIGKILL");
  proxy.clear();
  return writes >= nth;
}

async function isReady(cluster: ClusterAt): Promise<boolean> {
  return (await readStatus(cluster)).phase === "Ready";
}

async function makeNamespace({ plane, namespace }: ClusterAt): Promise<void> {
  await plane.kubectl(["create", "namespace", namespace]);
  await eventually(() => plane.kubectl(["get", "serviceaccount", "default", "--namespace", namespace]));
}

async function makeCluster({ plane, namespace, name }: ClusterAt): Promise<void> {
  await applyObject(plane, clusterManifest(name, namespace));
}

async function removeNamespace({ plane, namespace }: ClusterAt): Promise<void> {
  await plane.kubectl(["delete", "namespace", namespace]);
}

async function taken({ plane, namespace, name }: ClusterAt): Promise<Omit<Installed, "interrupted">> {
  const credentials = await getObject(plane, namespace, `secret/${credentialsName(name)}`);
  return { credentials, children: essenceOf(await childrenOf(plane, namespace)) };
}

/**
 * What an operator asks of the API server, watches and its Lease aside, while nothing happens for so long. The time begins
 * when it has come to rest: events about what it did last are written a moment after everything else.
 */
export async function requestsWhileIdle(
  plane: ControlPlane,
  operator: TestOperator,
  ms: number,
): Promise<readonly string[]> {
  const { userAgent } = operator;
  const hasRested = async (): Promise<boolean> => {
    const since = new Date(Date.now() - 3_000);
    return (await requestsOf(plane, { userAgent, since })).length === 0;
  };
  await eventually(hasRested, { interval: 1_000 });
  const since = new Date();
  await delay(ms);
  return await requestsOf(plane, { userAgent, since });
}

/** Takes the API server away, does something meanwhile, and brings it back. */
export async function duringOutage(
  plane: ControlPlane,
  operator: TestOperator,
  whileDown: () => Promise<void>,
): Promise<void> {
  const before = triesOf(operator);
  await plane.restart("kube-apiserver", async () => {
    await eventually(() => triesOf(operator) >= before + 4);
    await whileDown();
  });
}

/** How often the operator has tried in vain to watch Deployments. */
function triesOf(operator: TestOperator): number {
  const lines = operator.logged().split("\n");
  return lines.filter((line) => line.includes("cannot watch") && line.includes('"kind":"Deployment"')).length;
}

/** Asks for so many pods of notify, and resolves when they are there and the cluster is ready. */
export async function scaleNotify({ plane, namespace, name }: ClusterAt, replicas: number): Promise<void> {
  await patchSpec({ plane, namespace, name }, { notify: { replicas } });
  await eventually(async () => {
    const { spec } = await getObject(plane, namespace, `deployment/${name}-notify`);
    return (spec as { readonly replicas: number }).replicas === replicas;
  });
  await untilReady(plane, namespace, name);
}
