import { beforeAll, describe, expect, it } from "vitest";
import { components } from "../../../src/cluster/components/index.ts";
import { childrenOf, generationsOf } from "../../support/children.ts";
import { type ControlPlane, createNamespace, eventually, startControlPlane } from "../../support/control-plane.ts";
import { clusterManifest, startOperator, type TestOperator, untilDefined, untilReady } from "../../support/operator.ts";
import { requestsWhileIdle } from "../../support/operator-trials.ts";
import { freeAddress, type Listening, untilPassed, untilPasses } from "../../support/passes.ts";
import { writesOf } from "../../support/requests.ts";
import { applyObject, type ClusterAt, patchSpec, readStatus } from "../../support/user.ts";

let plane: ControlPlane;
let operator: TestOperator;
let cluster: ClusterAt;
let metrics: Listening;

beforeAll(async () => {
  plane = await startControlPlane();
  const marks = ["host=enable", "baremetal=enable"].map((mark) => `onecloud.yunion.io/${mark}`);
  await plane.kubectl(["label", "node", "node-1", ...marks]);
  operator = await startOperator(plane, { components, resyncMs: 1_000 });
  cluster = { plane, namespace: await createNamespace(plane, "catalogue"), name: "prod" };
  await untilDefined(plane);
  await applyObject(plane, clusterManifest(cluster.name, cluster.namespace));
  return async () => {
    await operator.stop();
    await plane.stop();
  };
});

describe("the whole catalogue of components", () => {
  it("becomes Ready from the smallest spec on a node that is marked for hosts and bare machines", async () => {
    await untilReady(plane, cluster.namespace, cluster.name);
    const status = await readStatus(cluster);
    const phases = components.map(({ type, statusKey }) => [type, phaseOf(status[statusKey])] as const);
    expect(phases.filter(([, phase]) => phase !== "Ready" && phase !== "Disabled")).toEqual([]);
    const ready = phases.filter(([, phase]) => phase === "Ready").map(([type]) => type);
    expect(status["ready"]).toBe(`${ready.length}/${ready.length}`);
    expect(ready).toEqual(expect.arrayContaining(["keystone", "monitor", "host", "baremetal-agent"]));
  });

  it("costs no write, and nothing but watches, while nothing happens", async () => {
    expect(await requestsWhileIdle(plane, operator, 60_000)).toEqual([]);
  });

  it("is left as it is by an operator that starts anew", async () => {
    const before = generationsOf(await childrenOf(plane, cluster.namespace));
    await operator.stop();
    metrics = await freeAddress();
    operator = await startOperator(plane, { components, metrics, resyncMs: 500 });
    await untilPassed(metrics, 5);
    expect(await writesOf(plane, operator)).toEqual([]);
    expect(generationsOf(await childrenOf(plane, cluster.namespace))).toEqual(before);
  });

  it("costs no write when the same cluster is applied again", async () => {
    const since = new Date();
    await applyObject(plane, clusterManifest(cluster.name, cluster.namespace));
    await untilPasses(metrics, 3);
    expect(await writesOf(plane, { userAgent: operator.userAgent, since })).toEqual([]);
  });

  it("loses what does not belong to another product, keeps its data, and has all back with the former one", async () => {
    const before = await labels();
    await patchSpec(cluster, { productVersion: "CMP" });
    await untilReady(plane, cluster.namespace, cluster.name);
    const within = await labels();
    expect(within).not.toContain("DaemonSet prod-host");
    expect(within).toContain("Deployment prod-keystone");
    expect(within.filter(isClaim)).toEqual(before.filter(isClaim));
    await patchSpec(cluster, { productVersion: null });
    await untilReady(plane, cluster.namespace, cluster.name);
    expect(await labels()).toEqual(before);
  });

  it("gets what belongs to another edition, and loses that again, with its data kept", async () => {
    const before = (await labels()).filter((label) => !isClaim(label));
    const annotate = ["annotate", "onecloudcluster/prod", "--namespace", cluster.namespace, "--overwrite"];
    await plane.kubectl([...annotate, "onecloud.yunion.io/edition=ee"]);
    await eventually(async () => expect(await labels()).toContain("Deployment prod-itsm"));
    await untilReady(plane, cluster.namespace, cluster.name);
    const claims = (await labels()).filter(isClaim);
    await plane.kubectl([...annotate, "onecloud.yunion.io/edition=ce"]);
    await eventually(async () => expect(await labels()).not.toContain("Deployment prod-itsm"));
    await untilReady(plane, cluster.namespace, cluster.name);
    expect((await labels()).filter((label) => !isClaim(label))).toEqual(before);
    expect((await labels()).filter(isClaim)).toEqual(claims);
  });
});

/** What the cluster is made of, sorted. */
async function labels(): Promise<readonly string[]> {
  return [...(await childrenOf(plane, cluster.namespace)).keys()].toSorted();
}

function isClaim(label: string): boolean {
  return label.startsWith("PersistentVolumeClaim ");
}

function phaseOf(entry: unknown): string | undefined {
  return (entry as { readonly phase?: string } | undefined)?.phase;
}
