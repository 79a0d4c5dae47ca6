import { beforeAll, describe, expect, it } from "vitest";
import { annotationKeys } from "../../../src/cluster/api/names.ts";
import { components } from "../../../src/cluster/components/index.ts";
import { clusters } from "../../../src/cluster/watches.ts";
import type { Client } from "../../../src/kube/client.ts";
import { createClient } from "../../../src/kube/client.ts";
import { loadConnection } from "../../../src/kube/connection.ts";
import { daemonSets, deployments, persistentVolumeClaims, secrets, services } from "../../../src/kube/kinds.ts";
import type { Kind, KubeObject } from "../../../src/kube/object.ts";
import type { Ran } from "../../cli/recording-terminal.ts";
import { runHere } from "../../cli/recording-terminal.ts";
import { type ControlPlane, createNamespace, eventually, startControlPlane } from "../../support/control-plane.ts";
import { childrenOf } from "../../support/children.ts";
import { startOperator, type TestOperator, untilReady } from "../../support/operator.ts";
import { freeAddress, untilPasses } from "../../support/passes.ts";
import { writesOf } from "../../support/requests.ts";
import {
  installReferenceDefinition,
  makeReferencePlatform,
  referencePlatform,
} from "../../support/taken-over.ts";
import { type ClusterAt, patchSpec } from "../../support/user.ts";
import { imagesIn, textsIn } from "../../support/workload.ts";

let plane: ControlPlane;
let client: Client;
let cluster: ClusterAt;
let operator: TestOperator;
let metrics: Awaited<ReturnType<typeof freeAddress>>;
let before: Snapshot;
let looked: Ran;

beforeAll(async () => {
  plane = await startControlPlane();
  const connection = await loadConnection({ kubeconfig: plane.kubeconfig });
  client = createClient(connection);
  cluster = { plane, namespace: await createNamespace(plane, "onecloud"), name: "ex" };
  await installReferenceDefinition(client);
  await makeReferencePlatform(client, cluster.namespace, withKeystoneDisabled);
  await untilRolledOut();
  before = await snapshot();
  looked = await runHere(["diff", "ex", "--namespace", cluster.namespace, "--kubeconfig", plane.kubeconfig], {});
  metrics = await freeAddress();
  operator = await startOperator(plane, { components, metrics, resyncMs: 500 });
  await untilReady(plane, cluster.namespace, "ex");
  return async () => {
    await operator.stop();
    await connection.close();
    await plane.stop();
  };
});

/** The user had disabled a component: the reference stored that it has no pods then. */
function withKeystoneDisabled(spec: object): object {
  const { cloudid } = spec as { readonly cloudid: object };
  return { ...spec, cloudid: { ...cloudid, disable: true, replicas: 0 } };
}

interface Snapshot {
  readonly objects: ReadonlyMap<string, KubeObject>;
  readonly requests: Date;
}

async function list(kind: Kind): Promise<readonly KubeObject[]> {
  return (await client.list(kind, { namespace: cluster.namespace })).items;
}

async function snapshot(): Promise<Snapshot> {
  const kinds = [deployments, daemonSets, services, persistentVolumeClaims, secrets];
  const all = (await Promise.all(kinds.map(list))).flat();
  return { objects: new Map(all.map((object) => [labelOf(object), object])), requests: new Date() };
}

function labelOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}

async function untilRolledOut(): Promise<void> {
  await eventually(
    async () => {
      const waiting = (await list(deployments)).filter((one) => {
        const { replicas = 1 } = one["spec"] as { readonly replicas?: number };
        const { availableReplicas = 0 } = (one["status"] ?? {}) as { readonly availableReplicas?: number };
        return availableReplicas < replicas || revisionOf(one) !== 1;
      });
      expect(waiting.map(labelOf)).toEqual([]);
    },
    { timeout: 60_000 },
  );
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.["deployment.kubernetes.io/revision"]);
}

async function spec(): Promise<Readonly<Record<string, Record<string, unknown>>>> {
  const live = await client.get(clusters, { namespace: cluster.namespace, name: "ex" });
  return (live?.["spec"] ?? {}) as Readonly<Record<string, Record<string, unknown>>>;
}

describe("a platform of the reference that is taken over", () => {
  it("debug", async () => {
    console.log(JSON.stringify(Object.entries(looked).map(([k, v]) => [k, String(v).slice(0, 6000)]), undefined, 1)); console.log(operator.logged().split("\n").filter((l) => /released|upgraded|rror/.test(l)).map((l) => l.slice(0, 600)).join("\n"));
    const writes = await writesOf(plane, { userAgent: operator.userAgent });
    console.log(writes.filter((w) => !w.includes("events")).join("\n"));
    const live = await client.get(clusters, { namespace: cluster.namespace, name: "ex" });
    for (const m of live?.metadata.managedFields ?? []) console.log(m.manager, m.operation, m.subresource, m.subresource ? "" : JSON.stringify(m.fieldsV1).slice(0, 3000), JSON.stringify((m.fieldsV1?.["f:spec"] as any)?.["f:regionServer"]));
    const after = await snapshot();
    for (const [l, o] of after.objects) console.log(l, before.objects.get(l)?.metadata.uid === o.metadata.uid, before.objects.get(l)?.metadata.generation, o.metadata.generation, revisionOf(o));
    for (const l of before.objects.keys()) if (!after.objects.has(l)) console.log("gone", l);
  });
});
void [annotationKeys, childrenOf, untilPasses, patchSpec, imagesIn, textsIn, referencePlatform, spec, metrics];
