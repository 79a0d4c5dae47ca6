import { beforeAll, describe, expect, it } from "vitest";
import { contentsOf } from "../support/contents.ts";
import { createNamespace, eventually, sharedControlPlane } from "../support/control-plane.ts";
import type { FaultProxy, SeenRequest } from "../support/fault-proxy.ts";
import { insideOnly } from "../support/installation.ts";
import { clusterManifest, getObject, startOperator, untilDefined, untilReady } from "../support/operator.ts";
import { type OperatorAccess, operatorAccess } from "../support/operator-account.ts";
import { startOperatorProcess } from "../support/operator-process.ts";
import { proxyBefore } from "../support/operator-trials.ts";
import { applyObject, readStatus } from "../support/user.ts";

const plane = sharedControlPlane();

let proxy: FaultProxy;
let access: OperatorAccess;
let namespace: string;
/** What lay in the namespace before the cluster. */
let before: readonly string[];
/** A pod that does not go before the test lets it: how soon the others go is a matter of the machine. */
let pod: string;

beforeAll(async () => {
  namespace = await createNamespace(plane, "killed");
  proxy = await proxyBefore(plane);
  access = await operatorAccess(plane, [namespace], { server: proxy.url });
  before = await contentsOf(plane, namespace);
  const operator = await startOperator(plane, { watchNamespaces: [namespace] });
  await untilDefined(plane);
  await applyObject(plane, clusterManifest("prod", namespace, { ...insideOnly(), deletionPolicy: "Delete" }));
  await untilReady(plane, namespace, "prod");
  await operator.stop();
  const selection = ["--namespace", namespace, "--selector", "app=glance", "--output=name"];
  pod = (await plane.kubectl(["get", "pods", ...selection])).trim();
  await hold(["example.com/hold"]);
  await plane.kubectl(["delete", "onecloudcluster/prod", "--namespace", namespace, "--wait=false"]);
  return () => proxy.close();
});

/** Sets the finalizers of that pod. */
async function hold(finalizers: readonly string[]): Promise<void> {
  const patch = JSON.stringify({ metadata: { finalizers } });
  await plane.kubectl(["patch", pod, "--namespace", namespace, "--type=merge", "--patch", patch]);
}

/** Runs an operator until it sends the first request of this kind, which is carried out, and whose answer it does not live to see. */
async function killAt(isTheOne: (request: SeenRequest) => boolean): Promise<void> {
  const operator = await startOperatorProcess({ ...access, watchNamespaces: [namespace] });
  proxy.inject({
    loseAnswer: true,
    when: (request) => request.url.includes(`/namespaces/${namespace}/`) && isTheOne(request),
    onLost: () => void operator.end("SIGKILL"),
  });
  await eventually(() => proxy.pending() === 0);
  expect(await operator.ended).toBe("SIGKILL");
}

function deletes(kind: string): (request: SeenRequest) => boolean {
  return ({ method, url }) => method === "DELETE" && url.includes(`/${kind}/`);
}

describe("the deletion of a cluster with its data", () => {
  it("goes on from each of its steps when the operator is killed there", async () => {
    await killAt(deletes("deployments"));
    await killAt(({ method, url }) => method === "PATCH" && url.includes("/status?"));
    expect((await readStatus({ plane, namespace, name: "prod" })).phase).toBe("Deleting");
    const claim = await getObject(plane, namespace, "persistentvolumeclaim/prod-glance");
    expect(claim.metadata.deletionTimestamp).toBeUndefined();
    await hold([]);
    await killAt(deletes("persistentvolumeclaims"));
    await getObject(plane, namespace, "secret/prod-cluster-config");
    await killAt(deletes("secrets"));
    await getObject(plane, namespace, "onecloudcluster/prod");
    await killAt(({ method, url }) => method === "PATCH" && url.includes("/onecloudclusters/prod?"));
    await eventually(async () => expect(await contentsOf(plane, namespace)).toEqual(before));
  });
});
