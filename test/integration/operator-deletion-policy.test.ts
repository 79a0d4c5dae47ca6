import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deletionFinalizer } from "../../src/cluster/api/names.ts";
import { childrenOf, generationsOf } from "../support/children.ts";
import { contentsOf } from "../support/contents.ts";
import { createNamespace, eventually, sharedControlPlane } from "../support/control-plane.ts";
import { insideOnly } from "../support/installation.ts";
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

let operator: TestOperator;
let namespaces: readonly string[];
let doomed: string;

beforeAll(async () => {
  namespaces = await Promise.all(Array.from({ length: 4 }, () => createNamespace(plane, "deletion")));
  doomed = await createNamespace(plane, "doomed");
  operator = await startOperator(plane, { watchNamespaces: [...namespaces, doomed] });
  await untilDefined(plane);
  await Promise.all([install(doomed, "prod", withData), install(doomed, "other", insideOnly())]);
  await plane.kubectl(["delete", "namespace", doomed, "--wait=false"]);
});

afterAll(() => operator.stop());

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

async function setFinalizers(namespace: string, what: string, finalizers: readonly string[]): Promise<void> {
  const patch = JSON.stringify({ metadata: { finalizers } });
  await plane.kubectl(["patch", what, "--namespace", namespace, "--type=merge", "--patch", patch]);
}

async function eventsOf(namespace: string, reason: string): Promise<readonly string[]> {
  const selector = ["--field-selector", `reason=${reason}`, "--output", "jsonpath={.items[*].note}"];
  const notes = await plane.kubectl(["get", "events.v1.events.k8s.io", "--namespace", namespace, ...selector]);
  return notes === "" ? [] : [notes];
}

describe("a cluster that is deleted with its data", () => {
  let cluster: ClusterAt;
  let before: readonly string[];

  beforeAll(async () => {
    const [namespace = ""] = namespaces;
    before = await contentsOf(plane, namespace);
    cluster = await install(namespace, "prod", withData);
  });

  it("got its finalizer before anything was made for it, and nobody's ownership of the spec changed by that", async () => {
    const { namespace } = cluster;
    const all = await writesOf(plane, { userAgent: operator.userAgent });
    const [first = "", ...others] = all.filter((write) => write.includes(`/namespaces/${namespace}/`));
    expect(first).toMatch(/^patch .*\/onecloudclusters\/prod\?fieldManager=onecloud-operator: 200$/);
    expect(others.some((write) => write.includes("/secrets/"))).toBe(true);
    const { metadata } = await getObject(
      plane,
      namespace,
      "onecloudcluster/prod --show-managed-fields".split(" ")[0] ?? "",
    );
    expect(metadata.finalizers).toEqual([deletionFinalizer]);
    const text = await plane.kubectl([
      "get",
      "onecloudcluster/prod",
      "--namespace",
      namespace,
      "--show-managed-fields",
      "--output",
      "json",
    ]);
    const { managedFields } = (
      JSON.parse(text) as {
        readonly metadata: {
          readonly managedFields: readonly {
            readonly manager: string;
            readonly subresource?: string;
            readonly fieldsV1: object;
          }[];
        };
      }
    ).metadata;
    const ours = managedFields.filter(
      ({ manager, subresource }) => manager === "onecloud-operator" && subresource === undefined,
    );
    expect(ours.map(({ fieldsV1 }) => fieldsV1)).toEqual([
      { "f:metadata": { "f:finalizers": { ".": {}, [`v:"${deletionFinalizer}"`]: {} } } },
    ]);
  });

  it("leaves nothing behind of any kind", async () => {
    const { namespace } = cluster;
    expect((await contentsOf(plane, namespace)).length).toBeGreaterThan(before.length + 30);
    await remove(cluster, "--timeout=90s");
    await eventually(async () => expect(await contentsOf(plane, namespace)).toEqual(before), { timeout: 60_000 });
    expect((await eventsOf(namespace, "DataDeleted")).join()).toContain("claims, credentials and CA are deleted");
  });
});

describe("a cluster that is deleted with its data beside another one", () => {
  it("takes nothing of the other one, nor the Secrets of etcd that both use, nor what a person made", async () => {
    const [, namespace = ""] = namespaces;
    await plane.kubectl(["create", "secret", "generic", "etcd-client", "--namespace", namespace]);
    await plane.kubectl(["create", "secret", "generic", "prod-notes", "--namespace", namespace]);
    const other = await install(namespace, "prod-b", insideOnly());
    const contents = await contentsOf(plane, namespace);
    const before = generationsOf(await childrenOf(plane, namespace));
    const cluster = await install(namespace, "prod", withData);
    await remove(cluster, "--timeout=90s");
    await eventually(async () => expect(await contentsOf(plane, namespace)).toEqual(contents), { timeout: 60_000 });
    const { "ServiceAccount onecloud-operator": _before, ...kept } = before;
    expect(generationsOf(await childrenOf(plane, namespace))).toMatchObject(kept);
    expect(await finalizersOf(other)).toEqual([]);
  });
});

describe("a namespace that is deleted under running clusters", () => {
  it("goes, whatever their policies are", async () => {
    const [, , , , namespace = ""] = namespaces;
    await install(namespace, "prod", withData);
    await install(namespace, "other", insideOnly());
    const since = new Date();
    await plane.kubectl(["delete", "namespace", namespace, "--timeout=120s"]);
    const written = await writesOf(plane, { userAgent: operator.userAgent, since });
    expect(
      written.filter((write) => /persistentvolumeclaims|secrets/.test(write) && write.startsWith("delete")),
    ).toEqual([]);
    expect(operator.logged()).toContain("its namespace is being deleted");
  });
});

describe("a deletion that something holds", () => {
  let cluster: ClusterAt;
  const claim = "persistentvolumeclaim/prod-glance";
  let pod: string;

  beforeAll(async () => {
    const [, , namespace = ""] = namespaces;
    cluster = await install(namespace, "prod", withData);
    const pods = await plane.kubectl([
      "get",
      "pods",
      "--namespace",
      namespace,
      "--selector",
      "app=glance",
      "--output=name",
    ]);
    pod = pods.trim();
  });

  it("names a pod that does not go, and touches no claim before", async () => {
    const { namespace } = cluster;
    await setFinalizers(namespace, pod, ["example.com/stuck"]);
    await setFinalizers(namespace, claim, ["example.com/backup", "kubernetes.io/pvc-protection"]);
    await remove(cluster, "--wait=false");
    const status = await untilStatus(cluster, ({ message }) => message?.includes("example.com/stuck"));
    expect(status.phase).toBe("Deleting");
    expect(conditionIn(status, "Ready")).toMatchObject({ status: "False", reason: "Deleting" });
    expect(conditionIn(status, "Deleting")).toMatchObject({ status: "True", reason: "DeletingWorkloads" });
    expect(status.message).toContain(pod.replace("pod/", "Pod "));
    expect((await getObject(plane, namespace, claim)).metadata.deletionTimestamp).toBeUndefined();
  });

  it("names a claim that somebody else's finalizer holds, and keeps the credentials until it has gone", async () => {
    const { namespace } = cluster;
    await setFinalizers(namespace, pod, []);
    const status = await untilStatus(cluster, ({ message }) => message?.includes("example.com/backup"));
    expect(conditionIn(status, "Deleting")).toMatchObject({ status: "True", reason: "DeletingClaims" });
    expect(status.message).toBe(
      "it waits for these to go: PersistentVolumeClaim prod-glance (held by its finalizer example.com/backup)",
    );
    await getObject(plane, namespace, "secret/prod-cluster-config");
    expect((await eventsOf(namespace, "DeletingClaims")).join()).toContain("prod-glance");
  });

  it("ends at its deadline, with an event and a line of the log that name what is left", async () => {
    const { namespace } = cluster;
    await operator.stop();
    const impatient = await startOperator(plane, { watchNamespaces: [namespace], deletionDeadlineMs: 1_000 });
    try {
      await plane.kubectl(["wait", "onecloudcluster/prod", "--namespace", namespace, "--for=delete", "--timeout=60s"]);
      const left = "PersistentVolumeClaim prod-glance (held by its finalizer example.com/backup)";
      await eventually(async () => expect((await eventsOf(namespace, "DeletionIncomplete")).join()).toContain(left));
      expect((await eventsOf(namespace, "DeletionIncomplete")).join()).toContain("Secret prod-cluster-config");
      const lines = impatient
        .logged()
        .split("\n")
        .filter((line) => line.includes("before everything of it was"));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain("Secret prod-cluster-config");
      await getObject(plane, namespace, "secret/prod-cluster-config");
    } finally {
      await setFinalizers(namespace, claim, []);
      await impatient.stop();
      operator = await startOperator(plane, { watchNamespaces: namespaces });
    }
  });
});

describe("a cluster whose policy is no longer Delete when it is deleted", () => {
  it("has no finalizer any more, and leaves its data", async () => {
    const [, , , namespace = ""] = namespaces;
    const cluster = await install(namespace, "prod", withData);
    expect(await finalizersOf(cluster)).toEqual([deletionFinalizer]);
    await setFinalizers(namespace, "onecloudcluster/prod", ["example.com/audit", deletionFinalizer]);
    await patchSpec(cluster, { deletionPolicy: "Retain" });
    await eventually(async () => expect(await finalizersOf(cluster)).toEqual(["example.com/audit"]));
    await setFinalizers(namespace, "onecloudcluster/prod", []);
    await remove(cluster);
    const data = [
      "PersistentVolumeClaim prod-glance",
      "PersistentVolumeClaim prod-victoria-metrics",
      "Secret prod-cluster-config",
    ];
    await eventually(async () => expect([...(await childrenOf(plane, namespace)).keys()].toSorted()).toEqual(data), {
      timeout: 60_000,
    });
  });
});
