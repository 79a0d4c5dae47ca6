import { beforeAll, describe, expect, it } from "vitest";
import { labelKeys } from "../../src/cluster/api/names.ts";
import { labelsOf, nameOf } from "../../src/cluster/api/scope.ts";
import { climc } from "../../src/cluster/components/climc.ts";
import { defineComponent } from "../../src/cluster/components/component.ts";
import { metadata } from "../../src/cluster/objects/metadata.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { childrenOf } from "../support/children.ts";
import { eventually } from "../support/control-plane.ts";
import { type Installation, nodePortsFrom, startInstallation } from "../support/installation.ts";
import { coreComponents, getObject, untilReady } from "../support/operator.ts";
import { grantBeside } from "../support/operator-account.ts";
import { childWritesOf } from "../support/requests.ts";
import { type ClusterAt, untilStatus } from "../support/user.ts";

/** A component with a StatefulSet, which no component of the platform has. It shares spec and status with climc, because the definition knows no others. */
const example = defineComponent({
  type: "example",
  specKey: climc.specKey,
  statusKey: climc.statusKey,
  spec: climc.spec,
  after: [],
  getStatefulSet: (s) => ({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadata(s, nameOf(s)),
    spec: {
      replicas: 1,
      serviceName: nameOf(s),
      selector: { matchLabels: labelsOf(s) },
      template: {
        metadata: { labels: labelsOf(s) },
        spec: { containers: [{ name: "example", image: s.spec.image }] },
      },
    },
  }),
});

let installation: Installation;
let cluster: ClusterAt;

beforeAll(async () => {
  installation = await startInstallation({ components: [...coreComponents, example] });
  const revoke = await grantBeside(installation.plane, "statefulsets.apps", ["get", "create", "patch"]);
  const annotations = { "onecloud.yunion.io/edition": "ce/support" };
  const spec = { ...nodePortsFrom(31_000), cronjobTest: { disable: false } };
  cluster = await installation.install(spec, { annotations });
  await untilReady(cluster.plane, cluster.namespace, cluster.name);
  return async () => {
    await installation.end();
    await revoke();
  };
});

const container = (name: string) => ({
  spec: { template: { spec: { containers: [{ name, image: "registry.example.com/other:1" }] } } },
});
const path = {
  path: "/elsewhere",
  pathType: "Prefix",
  backend: { service: { name: "prod-web", port: { number: 443 } } },
};

/** One child of every kind, and an edit of something in it that the operator sets. */
const children: readonly (readonly [string, object])[] = [
  ["serviceaccounts/onecloud-operator", { metadata: { labels: { [labelKeys.name]: "other" } } }],
  ["configmaps/prod-web", { data: { config: "server {}" } }],
  ["secrets/prod-region", { data: { config: Buffer.from("port: 1").toString("base64") } }],
  ["persistentvolumeclaims/prod-glance", { metadata: { labels: { app: "other" } } }],
  ["deployments/prod-keystone", container("keystone")],
  ["deployments/prod-logger", { spec: { replicas: 3 } }],
  ["statefulsets/prod-example", { spec: { replicas: 3 } }],
  ["daemonsets/prod-yunionagent", container("yunionagent")],
  ["cronjobs/prod-test", { spec: { schedule: "0 0 1 1 *" } }],
  ["services/prod-region", { spec: { selector: { app: "other" } } }],
  ["services/prod-glance", { spec: { type: "ClusterIP" } }],
  ["ingresses/prod-web", { spec: { rules: [{ http: { paths: [path] } }] } }],
];
const names = children.map(([what]) => what);

async function read(what: string): Promise<KubeObject> {
  return await getObject(cluster.plane, cluster.namespace, what);
}

/** Changes an object as `kubectl edit` does; the object as it is right after. */
async function edit(what: string, patch: object, type = "strategic"): Promise<KubeObject> {
  const args = ["patch", what, "--namespace", cluster.namespace, "--type", type, "--patch", JSON.stringify(patch)];
  return JSON.parse(await cluster.plane.kubectl([...args, "--output", "json"])) as KubeObject;
}

/** What the operator sets of an object, or the API server fills in once and for all. */
function wishOf({ metadata: { labels, ownerReferences }, data, spec }: KubeObject): object {
  const { clusterIP: _ip, clusterIPs: _ips, ...rest } = (spec ?? {}) as Readonly<Record<string, unknown>>;
  return { labels, ownerReferences, data, spec: rest };
}

/** Resolves when the object says again what it said before. */
async function untilRepaired(what: string, before: KubeObject): Promise<KubeObject> {
  return await eventually(async () => {
    const now = await read(what);
    expect(wishOf(now)).toEqual(wishOf(before));
    return now;
  });
}

/** Changes the object by hand, and resolves with what the operator has written to when it has changed it back. */
async function writtenAfter(what: string, patch: object, type?: string): Promise<readonly string[]> {
  const before = await read(what);
  const since = new Date();
  expect(wishOf(await edit(what, patch, type))).not.toEqual(wishOf(before));
  const after = await untilRepaired(what, before);
  expect(after.metadata.uid).toBe(before.metadata.uid);
  const writes = await childWritesOf(cluster.plane, { userAgent: installation.operator.userAgent, since });
  return [...new Set(writes.map(objectOf))];
}

/** Kind and name out of a line about a request, `secrets/prod-region`. */
function objectOf(write: string): string {
  const [url = ""] = (write.split(" ")[1] ?? "").split(/[?:]/);
  return url.split("/").slice(-2).join("/");
}

describe("a field that somebody edits by hand", () => {
  it.each(children)("of %s is set back, and nothing else is touched", async (what, patch) => {
    expect(await writtenAfter(what, patch)).toEqual([what]);
  });

  it("is set back when it is one node port of several", async () => {
    const patch = [{ op: "replace", path: "/spec/ports/1/nodePort", value: 31_999 }];
    expect(await writtenAfter("services/prod-keystone", patch, "json")).toEqual(["services/prod-keystone"]);
  });

  it("is set back when it is taken out altogether", async () => {
    const patch = [{ op: "remove", path: "/spec/template/spec/containers/0/readinessProbe" }];
    expect(await writtenAfter("deployments/prod-apigateway", patch, "json")).toEqual(["deployments/prod-apigateway"]);
  });

  it("is set back when it is the owner of an object", async () => {
    const patch = { metadata: { ownerReferences: null } };
    expect(await writtenAfter("services/prod-notify", patch, "merge")).toEqual(["services/prod-notify"]);
  });
});

describe("a label that somebody takes away or changes", () => {
  it.each(names)("of %s is set back when it is the one by which the operator finds it", async (what) => {
    expect(await writtenAfter(what, { metadata: { labels: { [labelKeys.managedBy]: null } } })).toEqual([what]);
  });

  it.each(names.filter((what) => !what.startsWith("serviceaccounts/")))(
    "of %s is set back when it names another component",
    async (what) => {
      const labels = { [labelKeys.component]: "other", [labelKeys.instance]: "other" };
      expect(await writtenAfter(what, { metadata: { labels } })).toEqual([what]);
    },
  );
});

describe("a child that somebody deletes", () => {
  it.each(names.filter((what) => !what.startsWith("persistentvolumeclaims/")))("%s is made again", async (what) => {
    const before = await read(what);
    await cluster.plane.kubectl(["delete", what, "--namespace", cluster.namespace, "--wait=false"]);
    await eventually(async () => expect((await read(what)).metadata.uid).not.toBe(before.metadata.uid));
    await untilRepaired(what, before);
  });

  it("keeps the cluster from being ready no longer than it is away", async () => {
    const { status } = await untilReady(cluster.plane, cluster.namespace, cluster.name);
    expect(status).not.toHaveProperty("blockedBy");
  });
});

describe("what the operator does not set", () => {
  it("stays: a label of somebody else, and the restart that kubectl asked for", async () => {
    const restarted = ["rollout", "restart", "deployments/prod-region", "--namespace", cluster.namespace];
    await cluster.plane.kubectl(restarted);
    const asked = await edit("deployments/prod-region", { metadata: { labels: { "example.com/team": "ours" } } });
    // An edit that the operator repairs shows that it has looked at the object since.
    await writtenAfter("deployments/prod-region", { spec: { replicas: 3 } });
    expect(wishOf(await read("deployments/prod-region"))).toEqual(wishOf(asked));
    expect(asked).toHaveProperty(["spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"]);
  });
});

describe("an instance label of the cluster that changes", () => {
  type Objects = ReadonlyMap<string, KubeObject>;

  /** The platform's objects, once the same ones are there again and carry the new label, which is in the selectors too. */
  async function allRenamed(before: Objects): Promise<Objects> {
    const after = await childrenOf(cluster.plane, cluster.namespace);
    // A workload is away between its deletion and its creation.
    expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted());
    const own = [...after.values()].filter(({ kind }) => kind !== "ServiceAccount");
    expect(own.filter(({ metadata: { labels } }) => labels?.[labelKeys.instance] !== "renamed")).toEqual([]);
    const selectors = own.map(({ spec }) => JSON.stringify((spec as { selector?: unknown } | undefined)?.selector));
    expect(selectors.join()).not.toContain("onecloud-cluster-prod");
    return after;
  }

  it("makes every workload anew, because selectors cannot be changed, and keeps the data", async () => {
    const { plane, namespace, name } = cluster;
    const before = await childrenOf(plane, namespace);
    const label = `${labelKeys.instance}=renamed`;
    await plane.kubectl(["label", `onecloudcluster/${name}`, "--namespace", namespace, label]);
    const after = await eventually(() => allRenamed(before));
    const isNew = (key: string): boolean => after.get(key)?.metadata.uid !== before.get(key)?.metadata.uid;
    const selecting = [...after.keys()].filter((key) => /^(Deployment|StatefulSet|DaemonSet) /.test(key));
    expect([...after.keys()].filter(isNew)).toEqual(selecting);
    await untilStatus(cluster, ({ phase, ready }) => phase === "Ready" && ready === "16/16");
  });
});
