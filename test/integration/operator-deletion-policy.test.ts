import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deletionFinalizer } from "../../src/cluster/api/names.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../src/kube/object.ts";
import { childrenOf, generationsOf } from "../support/children.ts";
import { contentsOf } from "../support/contents.ts";
import { createNamespace, eventually, hasRolesOnly, sharedControlPlane } from "../support/control-plane.ts";
import { insideOnly, removePlatform } from "../support/installation.ts";
import {
  clusterManifest,
  getObject,
  startOperator,
  type TestOperator,
  untilDefined,
  untilReady,
} from "../support/operator.ts";
import { writesOf } from "../support/requests.ts";
import { applyObject, type ClusterAt, conditionIn, patchSpec, untilStatus } from "../support/user.ts";

const plane = sharedControlPlane();
const withData = { ...insideOnly(), deletionPolicy: "Delete" };
const names = ["alone", "beside", "doomed", "held", "switched"] as const;

let operator: TestOperator;
let namespaces: Readonly<Record<(typeof names)[number], string>>;

beforeAll(async () => {
  const made = await Promise.all(names.map(async (name) => [name, await createNamespace(plane, name)] as const));
  namespaces = Object.fromEntries(made) as typeof namespaces;
  operator = await startOperator(plane, { watchNamespaces: Object.values(namespaces) });
  await untilDefined(plane);
  // It takes its time, also without any operator.
  await Promise.all([install(namespaces.doomed, "prod", withData), install(namespaces.doomed, "other", insideOnly())]);
  await plane.kubectl(["delete", "namespace", namespaces.doomed, "--wait=false"]);
});

afterAll(async () => {
  const { doomed: _, ...others } = namespaces;
  for (const namespace of Object.values(others)) await removePlatform(plane, namespace);
  await operator.stop();
});

async function install(namespace: string, name: string, spec: object): Promise<ClusterAt> {
  await applyObject(plane, clusterManifest(name, namespace, spec));
  await untilReady(plane, namespace, name);
  return { plane, namespace, name };
}

async function remove({ namespace, name }: ClusterAt, ...more: readonly string[]): Promise<void> {
  await plane.kubectl(["delete", "onecloudcluster", name, "--namespace", namespace, ...more]);
}

async function finalizersOf({ namespace, name }: ClusterAt): Promise<readonly string[]> {
  return (await getObject(plane, namespace, `onecloudcluster/${name}`)).metadata.finalizers ?? [];
}

async function managedFieldsOf({ namespace, name }: ClusterAt): Promise<readonly ManagedFieldsEntry[]> {
  const shown = ["--namespace", namespace, "--show-managed-fields", "--output", "json"];
  const { metadata } = JSON.parse(await plane.kubectl(["get", `onecloudcluster/${name}`, ...shown])) as KubeObject;
  return metadata.managedFields ?? [];
}

async function setFinalizers(namespace: string, what: string, finalizers: readonly string[]): Promise<void> {
  const patch = JSON.stringify({ metadata: { finalizers } });
  await plane.kubectl(["patch", what, "--namespace", namespace, "--type=merge", "--patch", patch]);
}

/** What the events of a namespace with this reason say, in one text. */
async function notesOf(namespace: string, reason: string): Promise<string> {
  const shown = ["--field-selector", `reason=${reason}`, "--output", "jsonpath={.items[*].note}"];
  return await plane.kubectl(["get", "events.v1.events.k8s.io", "--namespace", namespace, ...shown]);
}

describe("a cluster that is deleted with its data beside another one", () => {
  it("takes nothing of the other one, nor the Secrets of etcd that both use, nor what a person made", async () => {
    const namespace = namespaces.beside;
    for (const name of ["etcd-client", "prod-notes"])
      await plane.kubectl(["create", "secret", "generic", name, "--namespace", namespace]);
    const other = await install(namespace, "prod-b", insideOnly());
    const contents = await contentsOf(plane, namespace);
    const { "ServiceAccount onecloud-operator": _, ...before } = generationsOf(await childrenOf(plane, namespace));
    await remove(await install(namespace, "prod", withData), "--timeout=90s");
    await eventually(async () => expect(await contentsOf(plane, namespace)).toEqual(contents));
    expect(generationsOf(await childrenOf(plane, namespace))).toMatchObject(before);
    expect(await finalizersOf(other)).toEqual([]);
  });
});

describe("a cluster whose policy is no longer Delete when it is deleted", () => {
  it("has no finalizer any more, and leaves its data", async () => {
    const namespace = namespaces.switched;
    const cluster = await install(namespace, "prod", withData);
    await setFinalizers(namespace, "onecloudcluster/prod", ["example.com/audit", deletionFinalizer]);
    await patchSpec(cluster, { deletionPolicy: "Retain" });
    await eventually(async () => expect(await finalizersOf(cluster)).toEqual(["example.com/audit"]));
    await setFinalizers(namespace, "onecloudcluster/prod", []);
    await remove(cluster);
    const claims = ["PersistentVolumeClaim prod-glance", "PersistentVolumeClaim prod-victoria-metrics"];
    const data = [...claims, "Secret prod-cluster-config"];
    const left = async (): Promise<readonly string[]> => [...(await childrenOf(plane, namespace)).keys()].toSorted();
    await eventually(async () => expect(await left()).toEqual(data));
  });
});

// The Role goes with the namespace, and whatever waits for the operator then is released by hand.
describe.skipIf(hasRolesOnly)("a namespace that is deleted under running clusters", () => {
  it("goes, whatever their policies are, and the operator deletes nothing in it", async () => {
    const { doomed } = namespaces;
    await plane.kubectl(["wait", `namespace/${doomed}`, "--for=delete", "--timeout=120s"]);
    const written = await writesOf(plane, { userAgent: operator.userAgent });
    const there = written.filter((write) => write.includes(`/namespaces/${doomed}/`));
    expect(there.length).toBeGreaterThan(0);
    expect(there.filter((write) => write.startsWith("delete"))).toEqual([]);
    expect(operator.logged()).toContain("its namespace is being deleted");
  });
});

describe("a cluster that is deleted with its data", () => {
  let cluster: ClusterAt;
  let before: readonly string[];

  beforeAll(async () => {
    before = await contentsOf(plane, namespaces.alone);
    cluster = await install(namespaces.alone, "prod", withData);
  });

  it("got its finalizer before anything was made for it, and nobody's ownership of the spec changed by that", async () => {
    const { namespace } = cluster;
    const all = await writesOf(plane, { userAgent: operator.userAgent });
    const [first = "", ...others] = all.filter((write) => write.includes(`/namespaces/${namespace}/`));
    expect(first).toMatch(/^patch .*\/onecloudclusters\/prod\?fieldManager=onecloud-operator: 200$/);
    expect(others.some((write) => write.includes("/secrets/"))).toBe(true);
    expect(await finalizersOf(cluster)).toEqual([deletionFinalizer]);
    const managers = (await managedFieldsOf(cluster)).filter(({ subresource }) => subresource === undefined);
    const ours = managers.filter(({ manager }) => manager === "onecloud-operator");
    expect(ours.map(({ fieldsV1 }) => fieldsV1)).toEqual([
      { "f:metadata": { "f:finalizers": { ".": {}, [`v:"${deletionFinalizer}"`]: {} } } },
    ]);
  });

  it("leaves nothing behind of any kind", async () => {
    const { namespace } = cluster;
    expect((await contentsOf(plane, namespace)).length).toBeGreaterThan(before.length + 30);
    await remove(cluster, "--timeout=90s");
    await eventually(async () => expect(await contentsOf(plane, namespace)).toEqual(before));
    await eventually(async () => expect(await notesOf(namespace, "DataDeleted")).toContain("are deleted"));
  });
});

describe("a cluster that is deleted while it is being made", () => {
  it("leaves nothing behind of any kind either", async () => {
    const namespace = namespaces.alone;
    const before = await contentsOf(plane, namespace);
    const cluster = { plane, namespace, name: "prod" };
    await applyObject(plane, clusterManifest("prod", namespace, withData));
    await eventually(() => getObject(plane, namespace, "secret/prod-cluster-config"));
    await remove(cluster, "--timeout=90s");
    await eventually(async () => expect(await contentsOf(plane, namespace)).toEqual(before));
  });
});

describe("a deletion that something holds", () => {
  const claim = "persistentvolumeclaim/prod-glance";
  const held = "PersistentVolumeClaim prod-glance (held by its finalizer example.com/backup)";
  let cluster: ClusterAt;
  let pod: string;

  beforeAll(async () => {
    const namespace = namespaces.held;
    cluster = await install(namespace, "prod", withData);
    const selection = ["--namespace", namespace, "--selector", "app=glance", "--output=name"];
    pod = (await plane.kubectl(["get", "pods", ...selection])).trim();
  });

  it("names a pod that does not go, and touches no claim before", async () => {
    const { namespace } = cluster;
    await setFinalizers(namespace, pod, ["example.com/stuck"]);
    await setFinalizers(namespace, claim, ["example.com/backup", "kubernetes.io/pvc-protection"]);
    await remove(cluster, "--wait=false");
    const status = await untilStatus(cluster, ({ message = "" }) => message.includes("example.com/stuck"));
    expect(status.phase).toBe("Deleting");
    expect(conditionIn(status, "Ready")).toMatchObject({ status: "False", reason: "Deleting" });
    expect(conditionIn(status, "Deleting")).toMatchObject({ status: "True", reason: "DeletingWorkloads" });
    expect(status.message).toContain(pod.replace("pod/", "Pod "));
    expect((await getObject(plane, namespace, claim)).metadata.deletionTimestamp).toBeUndefined();
  });

  it("names a claim that somebody else's finalizer holds, and keeps the credentials until it has gone", async () => {
    const { namespace } = cluster;
    await setFinalizers(namespace, pod, []);
    const status = await untilStatus(cluster, ({ message }) => message === `it waits for these to go: ${held}`);
    expect(conditionIn(status, "Deleting")).toMatchObject({ status: "True", reason: "DeletingClaims" });
    await getObject(plane, namespace, "secret/prod-cluster-config");
    await eventually(async () => expect(await notesOf(namespace, "DeletingClaims")).toContain("prod-glance"));
  });

  it("ends at its deadline, with an event and a line of the log that name what is left", async () => {
    const { namespace } = cluster;
    await operator.stop();
    operator = await startOperator(plane, { watchNamespaces: [namespace], deletionDeadlineMs: 1_000 });
    await plane.kubectl(["wait", "onecloudcluster/prod", "--namespace", namespace, "--for=delete", "--timeout=60s"]);
    for (const left of [held, "Secret prod-cluster-config"]) {
      await eventually(async () => expect(await notesOf(namespace, "DeletionIncomplete")).toContain(left));
      expect(operator.logged()).toContain(left);
    }
    await getObject(plane, namespace, "secret/prod-cluster-config");
    await setFinalizers(namespace, claim, []);
  });
});
