import { beforeAll, describe, expect, it } from "vitest";
import { liveStore } from "../../src/cluster/live-store.ts";
import { applyObject as applyAsOperator } from "../../src/cluster/sync/apply.ts";
import { createClient } from "../../src/kube/client.ts";
import { loadConnection } from "../../src/kube/connection.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { applyingOn } from "../support/carrying.ts";
import { childrenOf } from "../support/children.ts";
import { createNamespace, eventually } from "../support/control-plane.ts";
import {
  type Installation,
  insideOnly,
  manifestOf,
  removePlatform,
  startInstallation,
} from "../support/installation.ts";
import { clusterManifest, coreComponents, getObject, untilReady } from "../support/operator.ts";
import { childWritesOf } from "../support/requests.ts";
import { applyObject, type ClusterAt, readStatus, untilReason, untilStatus } from "../support/user.ts";

let installation: Installation;

beforeAll(async () => {
  installation = await startInstallation({ components: coreComponents });
  return () => installation.end();
});

const spec = { ...insideOnly(), cronjobTest: { disable: false } };

/** A namespace in which these objects are before there is a cluster. */
async function namespaceWith(...objects: readonly ((namespace: string) => KubeObject)[]): Promise<ClusterAt> {
  const namespace = await createNamespace(installation.plane, "foreign");
  for (const object of objects) await applyObject(installation.plane, object(namespace));
  return { plane: installation.plane, namespace, name: "prod" };
}

function made(kind: string, name: string, more: object): (namespace: string) => KubeObject {
  return (namespace) => ({ apiVersion: apiVersions[kind] ?? "v1", kind, metadata: { name, namespace }, ...more });
}

const apiVersions: Readonly<Record<string, string>> = {
  Deployment: "apps/v1",
  DaemonSet: "apps/v1",
  CronJob: "batch/v1",
  Ingress: "networking.k8s.io/v1",
};

const labels = { app: "ours" };
const template = {
  metadata: { labels },
  spec: { containers: [{ name: "ours", image: "registry.example.com/ours:1" }] },
};
const workload = { selector: { matchLabels: labels }, template };
const job = { template: { spec: { ...template.spec, restartPolicy: "Never" } } };
const backend = { service: { name: "ours", port: { number: 80 } } };

/** An object of every kind that somebody else made under a name that the cluster wants, with the status key of its component. */
const objects: readonly (readonly [string, string, (namespace: string) => KubeObject])[] = [
  ["configmaps/prod-web", "web", made("ConfigMap", "prod-web", { data: { ours: "1" } })],
  ["secrets/prod-region", "region", made("Secret", "prod-region", { stringData: { ours: "1" } })],
  ["services/prod-glance", "glance", made("Service", "prod-glance", { spec: { ports: [{ port: 80 }] } })],
  [
    "deployments/prod-keystone",
    "keystone",
    made("Deployment", "prod-keystone", { spec: { ...workload, replicas: 0 } }),
  ],
  ["daemonsets/prod-yunionagent", "yunionagent", made("DaemonSet", "prod-yunionagent", { spec: workload })],
  [
    "cronjobs/prod-test",
    "test",
    made("CronJob", "prod-test", { spec: { schedule: "0 0 1 1 *", jobTemplate: { spec: job } } }),
  ],
  ["ingresses/prod-web", "web", made("Ingress", "prod-web", { spec: { defaultBackend: backend } })],
];

describe("an object of somebody else under a name that a cluster wants", () => {
  let cluster: ClusterAt;
  let since: Date;

  beforeAll(async () => {
    cluster = await namespaceWith(...objects.map(([, , object]) => object));
    since = new Date();
    await applyObject(
      cluster.plane,
      manifestOf(cluster.namespace, spec, { annotations: { "onecloud.yunion.io/edition": "ce/support" } }),
    );
    await untilStatus(cluster, (status) =>
      objects.every(([, key]) => (status[key] as { phase?: string } | undefined)?.phase === "Failed"),
    );
    return () => removePlatform(cluster.plane, cluster.namespace);
  });

  it.each(objects)("%s is reported with the remedy and never written to", async (what, key) => {
    const status = await readStatus(cluster);
    expect(status[key]).toMatchObject({ phase: "Failed", reason: "ForeignObject" });
    const { message } = status[key] as { readonly message: string };
    expect(message).toMatch(
      / was not made for this cluster: rename or remove it, or, to have it taken over, give it the labels /,
    );
    const { metadata } = await getObject(cluster.plane, cluster.namespace, what);
    expect(metadata.managedFields?.map(({ manager }) => manager) ?? []).not.toContain("onecloud-operator");
    expect(metadata.labels).toBeUndefined();
    const writes = await childWritesOf(cluster.plane, { userAgent: installation.operator.userAgent, since });
    expect(writes.filter((line) => line.includes(`/namespaces/${cluster.namespace}/${what}?`))).toEqual([]);
  });

  it("is reported too when it is made while the platform waits for another component", async () => {
    const { plane, namespace } = cluster;
    expect((await readStatus(cluster))["notify"]).toMatchObject({ phase: "Waiting" });
    await applyObject(plane, made("Deployment", "prod-notify", { spec: { ...workload, replicas: 0 } })(namespace));
    await plane.kubectl(["annotate", "onecloudcluster/prod", "look=again", "--namespace", namespace]);
    await untilStatus(cluster, ({ notify }) => (notify as { reason?: string }).reason === "ForeignObject");
    await plane.kubectl(["delete", "deployments/prod-notify", "--namespace", namespace]);
  });

  it("is taken over once it carries the labels that the message names, and made when it is gone", async () => {
    const { plane, namespace } = cluster;
    const ours = [
      "app.kubernetes.io/name=onecloud-cluster",
      "app.kubernetes.io/managed-by=onecloud-operator",
      "app.kubernetes.io/instance=onecloud-cluster-prod",
    ];
    await plane.kubectl(["label", "secrets/prod-region", "--namespace", namespace, ...ours]);
    for (const [what] of objects.filter(([name]) => name !== "secrets/prod-region"))
      await plane.kubectl(["delete", what, "--namespace", namespace]);
    await untilReady(plane, namespace, "prod");
    const { metadata } = await getObject(plane, namespace, "secrets/prod-region");
    expect(metadata.ownerReferences).toMatchObject([{ kind: "OnecloudCluster", name: "prod", controller: true }]);
  });
});

describe("an object that somebody makes just after the operator has looked for it", () => {
  it.each(objects)("%s is reported and stays as it is", async (what, _, object) => {
    const { plane } = installation;
    const namespace = await createNamespace(plane, "late");
    const connection = await loadConnection({ kubeconfig: plane.kubeconfig });
    const live = liveStore(createClient(connection), new Map());
    const how = applyingOn({
      ...live,
      unlabelled: async (...selection) => {
        const names = await live.unlabelled(...selection);
        await applyObject(plane, object(namespace));
        return names;
      },
    });
    const wanted = object(namespace);
    const { outcome } = await applyAsOperator({ ...wanted, metadata: { ...wanted.metadata, labels } }, how);
    await connection.close();
    expect(outcome).toMatchObject({ action: "failed", reason: "ForeignObject" });
    const { metadata } = await getObject(plane, namespace, what);
    expect(metadata.managedFields?.map(({ manager }) => manager) ?? []).not.toContain("onecloud-operator");
    expect(metadata.labels).toBeUndefined();
  });
});

describe("data that nobody owns", () => {
  const claim = (instance?: string) =>
    made("PersistentVolumeClaim", "prod-glance", {
      ...(instance !== undefined && { metadata: { labels: { "app.kubernetes.io/instance": instance } } }),
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "local-path",
        resources: { requests: { storage: "100Gi" } },
      },
    });

  it("is taken up by its name: the claim, whatever it is labelled, and the credentials", async () => {
    const password = Buffer.from("keystone:\n  bootstrapPassword: chosen-by-us\n").toString("base64");
    const credentials = made("Secret", "prod-cluster-config", { data: { OnecloudClusterConfig: password } });
    const cluster = await namespaceWith(claim(), credentials);
    const { plane, namespace } = cluster;
    await plane.kubectl(["label", "pvc/prod-glance", "--namespace", namespace, "app.kubernetes.io/instance=long-gone"]);
    const before = await getObject(plane, namespace, "pvc/prod-glance");
    await applyObject(plane, manifestOf(namespace, spec));
    await untilReady(plane, namespace, "prod");
    const after = await getObject(plane, namespace, "pvc/prod-glance");
    expect(after.metadata).toMatchObject({
      uid: before.metadata.uid,
      labels: { "app.kubernetes.io/instance": "onecloud-cluster-prod" },
    });
    const { data } = await getObject(plane, namespace, "secrets/prod-cluster-config");
    expect(data).toMatchObject({ bootstrapPassword: Buffer.from("chosen-by-us").toString("base64") });
    await removePlatform(plane, namespace);
  });

  it("is left alone where another cluster of the namespace made it", async () => {
    const cluster = await namespaceWith(claim());
    const { plane, namespace } = cluster;
    await plane.kubectl([
      "label",
      "pvc/prod-glance",
      "--namespace",
      namespace,
      "app.kubernetes.io/instance=onecloud-cluster-other",
    ]);
    const disabled = Object.fromEntries(coreComponents.map(({ specKey }) => [specKey, { disable: true }]));
    await applyObject(plane, clusterManifest("other", namespace, disabled));
    await applyObject(plane, manifestOf(namespace, spec));
    await untilStatus(cluster, ({ glance }) => {
      const message = expect.stringContaining(
        "PersistentVolumeClaim prod-glance belongs to another cluster, app.kubernetes.io/instance=onecloud-cluster-other: ",
      ) as unknown;
      expect(glance).toMatchObject({ phase: "Failed", reason: "ForeignObject", message });
    });
    expect((await getObject(plane, namespace, "pvc/prod-glance")).metadata.labels).toEqual({
      "app.kubernetes.io/instance": "onecloud-cluster-other",
    });
    await removePlatform(plane, namespace);
  });

  it("is left alone, and nothing is made, where the credentials belong to somebody else", async () => {
    const cluster = await namespaceWith(made("ConfigMap", "owner", {}));
    const { plane, namespace } = cluster;
    const { metadata } = await getObject(plane, namespace, "configmaps/owner");
    const ownerReferences = [
      { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: metadata.uid ?? "", controller: true },
    ];
    const secret: KubeObject = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "prod-cluster-config", namespace, ownerReferences },
    };
    await applyObject(plane, secret);
    await applyObject(plane, manifestOf(namespace, spec));
    expect(await untilReason(cluster, "Ready", "ForeignObject")).toMatchObject({
      message: "Secret prod-cluster-config belongs to ConfigMap owner: rename or remove it",
    });
    expect([...(await childrenOf(plane, namespace)).keys()]).toEqual([]);
    await removePlatform(plane, namespace);
  });
});

describe("a platform whose cluster was deleted with --cascade=orphan", () => {
  it("is taken up by a new cluster of the same name, with its owner set again, and no workload changes", async () => {
    const cluster = await installation.install(spec);
    const { plane, namespace } = cluster;
    await untilReady(plane, namespace, "prod");
    await plane.kubectl(["delete", "onecloudcluster/prod", "--namespace", namespace, "--cascade=orphan"]);
    const orphans = await childrenOf(plane, namespace);
    expect([...orphans.values()].filter(isOwned).map(labelOf)).toEqual([]);
    await applyObject(plane, manifestOf(namespace, spec));
    const { metadata } = await untilReady(plane, namespace, "prod");
    const after = await childrenOf(plane, namespace);
    expect([...after.keys()].toSorted()).toEqual([...orphans.keys()].toSorted());
    for (const [label, { metadata: now, spec: is }] of after) {
      const before = orphans.get(label);
      expect({ label, uid: now.uid, spec: is }).toEqual({ label, uid: before?.metadata.uid, spec: before?.["spec"] });
    }
    const owners = [...after.values()].flatMap(
      (object) => object.metadata.ownerReferences?.map(({ uid }) => uid) ?? [],
    );
    expect([...new Set(owners)]).toEqual([metadata.uid]);
    await eventually(async () => expect(await readStatus(cluster)).toMatchObject({ phase: "Ready" }));
  });
});

function isOwned({ kind, metadata }: KubeObject): boolean {
  return kind !== "ServiceAccount" && (metadata.ownerReferences ?? []).length > 0;
}

function labelOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}
