import { beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { childrenOf } from "../support/children.ts";
import { eventually } from "../support/control-plane.ts";
import { type Installation, manifestOf, nodePortsFrom, startInstallation } from "../support/installation.ts";
import { getObject, untilReady } from "../support/operator.ts";
import { childWritesOf } from "../support/requests.ts";
import { applyObject, type ClusterAt } from "../support/user.ts";

const data = [
  "PersistentVolumeClaim prod-glance",
  "PersistentVolumeClaim prod-victoria-metrics",
  "Secret prod-cluster-config",
];
const spec = nodePortsFrom(31_000);

let installation: Installation;
let cluster: ClusterAt;
/** What lay in the namespace besides the platform, as it was before the cluster was deleted. */
let others: readonly KubeObject[];
let deleted: Date;
/** The platform's own objects as they were then. */
let before: ReadonlyMap<string, KubeObject>;

beforeAll(async () => {
  installation = await startInstallation();
  cluster = await installation.install(spec);
  await untilReady(cluster.plane, cluster.namespace, cluster.name);
  before = await children();
  await applyObject(cluster.plane, configMap());
  await applyObject(cluster.plane, deployment("plain", { app: "plain" }));
  await applyObject(cluster.plane, deployment("lookalike", lookalikeLabels));
  others = await eventually(settledOthers);
  return () => installation.end();
});

/** The labels of a component, on a Deployment that no cluster owns. */
const lookalikeLabels = {
  app: "region",
  "app.kubernetes.io/name": "onecloud-cluster",
  "app.kubernetes.io/managed-by": "onecloud-operator",
  "app.kubernetes.io/instance": "onecloud-cluster-prod",
  "app.kubernetes.io/component": "region",
};

function configMap(): KubeObject {
  const metadata = { name: "notes", namespace: cluster.namespace };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { note: "mine" } };
}

function deployment(name: string, labels: Readonly<Record<string, string>>): KubeObject {
  const pod = { containers: [{ name: "own", image: "registry.example.com/own:1" }] };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: cluster.namespace, labels },
    spec: { selector: { matchLabels: { own: name } }, template: { metadata: { labels: { own: name } }, spec: pod } },
  };
}

async function readOthers(): Promise<readonly KubeObject[]> {
  const names = ["configmap/notes", "deployment/plain", "deployment/lookalike"];
  return await Promise.all(names.map((name) => getObject(cluster.plane, cluster.namespace, name)));
}

async function settledOthers(): Promise<readonly KubeObject[]> {
  const objects = await readOthers();
  const conditions = objects.slice(1).map(({ status }) => JSON.stringify(status));
  for (const text of conditions) expect(text).toContain("NewReplicaSetAvailable");
  return objects;
}

/** The platform's objects; what somebody else made with its labels does not count. */
async function children(): Promise<ReadonlyMap<string, KubeObject>> {
  const all = await childrenOf(cluster.plane, cluster.namespace);
  return new Map([...all].filter(([label]) => label !== "Deployment lookalike"));
}

async function deleteCluster(): Promise<void> {
  await cluster.plane.kubectl(["delete", "oc", "prod", "--namespace", cluster.namespace]);
}

/** What the operator has written in the namespace beside events and status. */
async function writes(since?: Date): Promise<readonly string[]> {
  const { userAgent } = installation.operator;
  const all = await childWritesOf(cluster.plane, { userAgent, ...(since !== undefined && { since }) });
  return all.filter((write) => write.includes(`/namespaces/${cluster.namespace}/`));
}

function uidsOf(objects: ReadonlyMap<string, KubeObject>, labels: readonly string[]): readonly (string | undefined)[] {
  return labels.map((label) => objects.get(label)?.metadata.uid);
}

describe("a cluster that is deleted", () => {
  it("takes everything along that can be made again, pods too, and leaves claims and credentials", async () => {
    deleted = new Date();
    await deleteCluster();
    await eventually(async () => expect([...(await children()).keys()].toSorted()).toEqual(data));
    await eventually(async () => {
      const args = ["get", "replicasets,pods", "--namespace", cluster.namespace, "--output", "json"];
      const { items } = JSON.parse(await cluster.plane.kubectl(args)) as { readonly items: readonly KubeObject[] };
      const left = items.filter(({ metadata }) => !/^(plain|lookalike)-/.test(metadata.name));
      expect(left.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([]);
    });
  });

  it("leaves what else is in the namespace as it was, even with the platform's labels", async () => {
    expect(await readOthers()).toEqual(others);
    expect((await writes()).filter((write) => /notes|plain|lookalike/.test(write))).toEqual([]);
  });

  it("is written to no more", async () => {
    expect(await writes(deleted)).toEqual([]);
  });

  it("leaves its data as it was", async () => {
    const after = await children();
    expect(uidsOf(after, data)).toEqual(uidsOf(before, data));
    expect(after.get("Secret prod-cluster-config")?.["data"]).toEqual(
      before.get("Secret prod-cluster-config")?.["data"],
    );
    for (const label of data.slice(0, 2)) expect(after.get(label)?.["status"]).toMatchObject({ phase: "Bound" });
  });
});

describe("a cluster that is made again under its name", () => {
  it("becomes Ready with the passwords and the volumes that the one before left", async () => {
    await applyObject(cluster.plane, manifestOf(cluster.namespace, spec));
    await untilReady(cluster.plane, cluster.namespace, cluster.name);
    const after = await children();
    expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted());
    expect(uidsOf(after, data)).toEqual(uidsOf(before, data));
    for (const label of ["Secret prod-cluster-config", "Secret prod-keystone", "Secret prod-region"])
      expect({ [label]: after.get(label)?.["data"] }).toEqual({ [label]: before.get(label)?.["data"] });
    const volume = (await getObject(cluster.plane, cluster.namespace, "persistentvolumeclaim/prod-glance"))["spec"];
    expect(volume).toEqual(before.get("PersistentVolumeClaim prod-glance")?.["spec"]);
  });

  it("becomes Ready too when it is there before everything of the one before has gone", async () => {
    const old = await children();
    await deleteCluster();
    await applyObject(cluster.plane, manifestOf(cluster.namespace, spec));
    await untilReady(cluster.plane, cluster.namespace, cluster.name);
    const after = await children();
    expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted());
    expect(uidsOf(after, data)).toEqual(uidsOf(before, data));
    const made = [...before.keys()].filter((label) => !data.includes(label) && !label.startsWith("ServiceAccount"));
    expect(made.filter((label) => after.get(label)?.metadata.uid === old.get(label)?.metadata.uid)).toEqual([]);
  });

  it("leaves what else is in the namespace as it was all the same", async () => {
    expect(await readOthers()).toEqual(others);
  });
});
