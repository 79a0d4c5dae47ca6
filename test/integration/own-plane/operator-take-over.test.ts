import { beforeAll, describe, expect, it } from "vitest";
import { annotationKeys } from "../../../src/cluster/api/names.ts";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { components } from "../../../src/cluster/components/index.ts";
import { parseCredentials } from "../../../src/cluster/prepare/credentials-document.ts";
import { clusters } from "../../../src/cluster/watches.ts";
import type { Client } from "../../../src/kube/client.ts";
import { createClient } from "../../../src/kube/client.ts";
import { loadConnection } from "../../../src/kube/connection.ts";
import {
  configMaps,
  daemonSets,
  deployments,
  persistentVolumeClaims,
  secrets,
  services,
} from "../../../src/kube/kinds.ts";
import type { Kind, KubeObject } from "../../../src/kube/object.ts";
import type { Ran } from "../../cli/recording-terminal.ts";
import { runHere } from "../../cli/recording-terminal.ts";
import { type ControlPlane, createNamespace, eventually, startControlPlane } from "../../support/control-plane.ts";
import { childrenOf } from "../../support/children.ts";
import { getObject, startOperator, type TestOperator, untilReady } from "../../support/operator.ts";
import { freeAddress, type Listening, untilPasses } from "../../support/passes.ts";
import { childWritesOf, writesOf } from "../../support/requests.ts";
import {
  installReferenceDefinition,
  makeReferenceCluster,
  makeReferencePlatform,
  referencePlatform,
} from "../../support/taken-over.ts";
import { type ClusterAt, patchSpec, readStatus } from "../../support/user.ts";
import { imagesIn, textsIn } from "../../support/workload.ts";

let plane: ControlPlane;
let client: Client;
let cluster: ClusterAt;
/** A cluster that is paused before the operator is started. */
let resting: ClusterAt;
let operator: TestOperator;
let metrics: Listening;
let before: Snapshot;
let looked: Ran;

beforeAll(async () => {
  plane = await startControlPlane();
  const connection = await loadConnection({ kubeconfig: plane.kubeconfig });
  client = createClient(connection);
  cluster = { plane, namespace: await createNamespace(plane, "onecloud"), name: "ex" };
  await installReferenceDefinition(client);
  await makeReferencePlatform(client, cluster.namespace, (spec) => withPodAnnotation(withoutCloudid(spec)));
  await plane.kubectl(["label", "service/ex-keystone", "--namespace", cluster.namespace, "team=red"]);
  resting = { ...cluster, namespace: await createNamespace(plane, "resting") };
  await makeReferenceCluster(client, resting.namespace, annotationKeys.paused);
  await untilRolledOut();
  before = await snapshot();
  looked = await runHere(["diff", "ex", "--namespace", cluster.namespace, "--kubeconfig", plane.kubeconfig], {});
  metrics = await freeAddress();
  operator = await startOperator(plane, { components, metrics, resyncMs: 500 });
  await untilReady(plane, cluster.namespace, "ex");
  return async () => {
    await connection.close();
    await plane.stop();
  };
});

/** The user had disabled a component: the reference stored that it has no pods then. */
function withoutCloudid(spec: object): object {
  const { cloudid } = spec as { readonly cloudid: object };
  return { ...spec, cloudid: { ...cloudid, disable: true, replicas: 0 } };
}

/** The reference put no such annotation on pods: they get it when they are taken over. */
function withPodAnnotation(spec: object): object {
  const { notify } = spec as { readonly notify: object };
  return { ...spec, notify: { ...notify, annotations: { "example.com/team": "red" } } };
}

async function podAnnotations(name: string): Promise<object> {
  const live = await getObject(plane, cluster.namespace, `deployment/${name}`);
  const { template } = live["spec"] as { readonly template: Pick<KubeObject, "metadata"> };
  return template.metadata.annotations ?? {};
}

interface Snapshot {
  readonly objects: ReadonlyMap<string, KubeObject>;
}

type ZoneIds = Readonly<Record<"RegionId" | "RegionZoneId" | "ZoneId" | "WireId", string>>;

async function list(kind: Kind): Promise<readonly KubeObject[]> {
  return (await client.list(kind, { namespace: cluster.namespace })).items;
}

async function snapshot(): Promise<Snapshot> {
  const kinds = [deployments, daemonSets, services, persistentVolumeClaims, secrets];
  const all = (await Promise.all(kinds.map(list))).flat();
  return { objects: new Map(all.map((object) => [labelOf(object), object])) };
}

function labelOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}

async function untilRolledOut(): Promise<void> {
  await eventually(async () => {
    const waiting = (await list(deployments)).filter((one) => {
      const { replicas = 1 } = one["spec"] as { readonly replicas?: number };
      const { availableReplicas = 0 } = (one["status"] ?? {}) as { readonly availableReplicas?: number };
      return availableReplicas < replicas || revisionOf(one) !== 1;
    });
    expect(waiting.map(labelOf)).toEqual([]);
  });
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.["deployment.kubernetes.io/revision"]);
}

async function specNow(): Promise<Readonly<Record<string, Record<string, unknown>>>> {
  const live = await client.get(clusters, { namespace: cluster.namespace, name: "ex" });
  return (live?.["spec"] ?? {}) as Readonly<Record<string, Record<string, unknown>>>;
}

/** What the reference keeps for components that do not run, and this operator does not. */
const removed = [
  ...["apimap", "autoupdate", "bastionhost", "billing", "cloudid", "echarts-ssr", "extdb", "itsm", "meter", "report"],
  ...["s3gateway", "suggestion", "yunionagent"],
].map((type) => `services/ex-${type}`);

describe("a look at a platform of the reference before anything is done", () => {
  it("shows what would change, and changes nothing", () => {
    expect(looked).toMatchObject({ exitCode: 1, stderr: "" });
    expect(looked.stdout).toContain(`--- OnecloudCluster ${cluster.namespace}/ex (live)`);
    expect(looked.stdout).toContain(`--- Deployment ${cluster.namespace}/ex-keystone (live)`);
    const deletions = looked.stdout.split("\n").filter((line) => line.startsWith("delete "));
    expect(deletions).toHaveLength(removed.length + 1);
    expect(looked.stdout).not.toContain("J6vtSvuWb8PEcYBp");
  });
});

describe("a platform of the reference that is taken over", () => {
  it("loses nothing but objects of components that do not run", async () => {
    const writes = await writesOf(plane, operator);
    const deleted = writes.flatMap((line) => /^delete .*\/(\w+\/[\w-]+): 200$/.exec(line)?.slice(1) ?? []);
    expect(deleted.toSorted()).toEqual(["deployments/ex-cloudid", ...removed].toSorted());
    const { objects } = await snapshot();
    const kept = [...before.objects].filter(([label]) => objects.has(label));
    expect(kept.map(([label]) => [label, objects.get(label)?.metadata.uid])).toEqual(
      kept.map(([label, object]) => [label, object.metadata.uid]),
    );
  });

  it("restarts every workload once", async () => {
    const { objects } = await snapshot();
    const workloads = [...objects].filter(([, { kind }]) => kind === "Deployment" || kind === "DaemonSet");
    expect(workloads.length).toBeGreaterThan(35);
    const changes = workloads.map(([label, { metadata }]) => {
      return [label, (metadata.generation ?? 0) - (before.objects.get(label)?.metadata.generation ?? 0)];
    });
    expect(changes.filter(([, count]) => count !== 1)).toEqual([]);
    const revisions = (await list(deployments)).map((one) => [labelOf(one), revisionOf(one)]);
    expect(revisions.filter(([, revision]) => revision !== 2)).toEqual([]);
  });

  it("has no object written more than once, and the cluster by two writes", async () => {
    const writes = (await childWritesOf(plane, operator)).filter((line) => /: 20[01]$/.test(line));
    const byObject = Object.groupBy(writes, (line) => (line.split(" ")[1] ?? "").replace(/[?:].*/, ""));
    const several = Object.entries(byObject).filter(([, all = []]) => all.length > 1);
    const verbs = several.map(([path, all = []]) => [path.split("/").at(-2), all.map((line) => line.split(" ")[0])]);
    expect(verbs).toEqual([["onecloudclusters", ["update", "patch"]]]);
  });

  it("has nothing left of the reference's notes, and all that others wrote, in their name", async () => {
    expect(JSON.stringify([...(await childrenOf(plane, cluster.namespace)).values()])).not.toContain(
      annotationKeys.lastApplied,
    );
    const live = await client.get(services, { namespace: cluster.namespace, name: "ex-keystone" });
    expect(live?.metadata.labels).toMatchObject({ team: "red" });
    const theirs = live?.metadata.managedFields?.find(({ manager }) => manager === "kubectl-label");
    expect(theirs?.fieldsV1).toMatchObject({ "f:metadata": { "f:labels": { "f:team": {} } } });
  });

  it("keeps every password, and writes them into the Secret where they stay", async () => {
    const read = async (kind: Kind): Promise<KubeObject | undefined> =>
      await client.get(kind, { namespace: cluster.namespace, name: "ex-cluster-config" });
    const [secret, configMap] = await Promise.all([read(secrets), read(configMaps)]);
    if (secret === undefined || configMap === undefined) throw new Error("the credentials are gone");
    const document = (object: KubeObject): JsonObject =>
      parseCredentials(textsIn(object)["OnecloudClusterConfig"] ?? "");
    expect(document(secret)).toMatchObject(document(configMap));
    const passwords = {
      keystone: { bootstrapPassword: "J6vtSvuWb8PEcYBp" },
      monitorStack: { minioSecretKey: "YNatt9j5EEFuDWMj", grafanaAdminPassword: "HPCGaynht3kj3mBG" },
    };
    expect(document(secret)).toMatchObject(passwords);
    expect(textsIn(secret)).toMatchObject({ bootstrapPassword: passwords.keystone.bootstrapPassword });
  });

  it("keeps its ConfigMaps, and the ids that the platform gave", async () => {
    expect(await specNow()).toMatchObject({ optionFiles: { storage: "ConfigMap" } });
    expect((await list(secrets)).map(labelOf)).toEqual(["Secret ex-certs", "Secret ex-cluster-config"]);
    const { region } = (referencePlatform.cluster["status"] ?? {}) as { readonly region: ZoneIds };
    const { RegionId, RegionZoneId, ZoneId, WireId } = region;
    const status = await readStatus(cluster);
    expect(status["region"]).toMatchObject({ phase: "Ready", RegionId, RegionZoneId, ZoneId, WireId });
    expect(status["region"]).not.toHaveProperty("deployment");
  });

  it("has the tolerations of today, and none of what the reference worked out", async () => {
    const { keystone, regionServer, web } = await specNow();
    expect(keystone?.["tolerations"]).toHaveLength(3);
    expect(keystone).not.toHaveProperty("affinity");
    expect(keystone).not.toHaveProperty("limits");
    expect(regionServer).not.toHaveProperty("dnsServer");
    expect(web).not.toHaveProperty("imageName");
  });

  it("says in one event and one line of the log what was released, and no value", async () => {
    const lines = operator
      .logged()
      .split("\n")
      .filter((line) => line.includes("fields released"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"spec.keystone.image"');
    expect(lines[0]).not.toContain("v3.11.4");
    const { items } = JSON.parse(
      await plane.kubectl(["get", "events", "--namespace", cluster.namespace, "--output", "json"]),
    ) as { readonly items: readonly { readonly reason: string; readonly message: string }[] };
    const told = items.filter(({ reason }) => reason === "Released").map(({ message }) => message);
    expect(told).toEqual([
      expect.stringMatching(/^these fields follow their defaults again: spec\.\*\.\w+ \(\d\d\), /),
    ]);
  });

  it("is written no more once it is settled", async () => {
    const since = new Date();
    await untilPasses(metrics, 5);
    expect(await writesOf(plane, { ...operator, since })).toEqual([]);
  });

  it("loses what came with the take-over, once that is wanted no more", async () => {
    expect(await podAnnotations("ex-notify")).toHaveProperty(["example.com/team"], "red");
    await patchSpec(cluster, { notify: { annotations: null } });
    await eventually(async () => {
      expect(await podAnnotations("ex-notify")).toEqual({
        [annotationKeys.configChecksum]: expect.any(String) as string,
      });
    });
  });

  it("follows a new version", async () => {
    await patchSpec(cluster, { version: "v3.11.5" });
    await untilReady(plane, cluster.namespace, "ex");
    const images = Object.values(imagesIn(await childrenOf(plane, cluster.namespace)));
    expect(images.filter((image) => image.endsWith(":v3.11.4"))).toEqual([]);
    expect(images.filter((image) => image.endsWith(":v3.11.5")).length).toBeGreaterThan(30);
    expect((await specNow())["keystone"]?.["image"]).toMatch(/:v3\.11\.5$/);
  });

  it("runs one pod of a component that was disabled, once it is enabled again", async () => {
    await patchSpec(cluster, { cloudid: { disable: null } });
    await eventually(async () => {
      const live = await client.get(deployments, { namespace: cluster.namespace, name: "ex-cloudid" });
      expect(live).toMatchObject({ spec: { replicas: 1 } });
    });
    expect((await specNow())["cloudid"]).toMatchObject({ disable: false, replicas: 1 });
  });
});

describe("a cluster of the reference that is paused before the operator is started", () => {
  it("keeps its spec as it was stored, and the ids in a status that says that it is paused", async () => {
    const live = await getObject(plane, resting.namespace, "onecloudcluster/ex");
    const { etcd: _, ...stored } = referencePlatform.cluster["spec"] as JsonObject;
    expect(live["spec"]).toMatchObject(stored);
    expect(live["status"]).toMatchObject({ phase: "Paused", region: { ZoneId: expect.any(String) as string } });
    expect(await childrenOf(plane, resting.namespace)).toEqual(new Map());
  });
});

describe("the way back", () => {
  it("puts the definition back: the cluster is there, with its ids, and its status can be written as before", async () => {
    await operator.stop();
    await plane.kubectl(["replace", "--filename", "-"], JSON.stringify(referencePlatform.definition));
    const { region } = (referencePlatform.cluster["status"] ?? {}) as { readonly region: ZoneIds };
    await eventually(async () => {
      const live = await getObject(plane, cluster.namespace, "onecloudcluster/ex");
      expect(live).toMatchObject({ spec: { version: "v3.11.5" }, status: { region: { ZoneId: region.ZoneId } } });
      const status = { ...(live["status"] as object), specChecksum: "of the reference" };
      await client.update(clusters, { ...live, status }, { fieldManager: "onecloud-operator" });
      expect(await readStatus(cluster)).toMatchObject({ specChecksum: "of the reference" });
    });
  });
});
