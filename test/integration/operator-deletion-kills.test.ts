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
  await plane.kubectl(["delete", "onecloudcluster/prod", "--namespace", namespace, "--wait=false"]);
  return () => proxy.close();
});

/** Runs an operator until it sends the first request of this kind, which is carried out, and whose answer it does not live to see. */
async function killAt(isTheOne: (request: SeenRequest) => boolean): Promise<void> {
  const operator = await startOperatorProcess({ ...access, watchNamespaces: [namespace] });
  proxy.inject({
    loseAnswer: true,
    when: (request) => request.url.includes(`/namespaces/${namespace}/`) && isTheOne(request),
    onLost: () => void operator.end("SIGKILL"),
  });
  expect(await operator.ended).toBe("SIGKILL");
  expect(proxy.pending()).toBe(0);
}

function deletes(kind: string): (request: SeenRequest) => boolean {
  return ({ method, url }) => method === "DELETE" && url.includes(`/${kind}/`);
}

describe("the deletion of a cluster with its data", () => {
  it("goes on from each of its steps when the operator is killed there", async () => {
    await killAt(deletes("deployments"));
    await getObject(plane, namespace, "persistentvolumeclaim/prod-glance");
    await killAt(({ method, url }) => method === "PATCH" && url.includes("/status?"));
    // The operator may be dead before the API server has acted.
    await eventually(async () => {
      expect((await readStatus({ plane, namespace, name: "prod" })).phase).toBe("Deleting");
    });
    await killAt(deletes("persistentvolumeclaims"));
    await getObject(plane, namespace, "secret/prod-cluster-config");
    await killAt(deletes("secrets"));
    await getObject(plane, namespace, "onecloudcluster/prod");
    await killAt(({ method, url }) => method === "PATCH" && url.includes("/onecloudclusters/prod?"));
    await eventually(async () => expect(await contentsOf(plane, namespace)).toEqual(before));
  });
});
