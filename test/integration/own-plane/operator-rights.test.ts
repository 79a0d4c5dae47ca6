import { beforeAll, describe, expect, it } from "vitest";
import { annotationKeys } from "../../../src/cluster/api/names.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import {
  type AuditEvent,
  type ControlPlane,
  createNamespace,
  eventually,
  startControlPlane,
} from "../../support/control-plane.ts";
import { insideOnly } from "../../support/installation.ts";
import { clusterManifest, getObject, startOperator, type TestOperator, untilReady } from "../../support/operator.ts";
import { grant, type RightsFile, userOf } from "../../support/operator-account.ts";
import { rightsFor, rightsIn, rulesOf } from "../../support/rights.ts";
import { applyObject, type ClusterAt, patchSpec, untilStatus } from "../../support/user.ts";

const files: readonly RightsFile[] = ["operator", "cluster-wide", "cluster-reads", "definition"];

/** Rights that show in no request: admission asks for them when an object names its owner, see cluster-wide.yaml. */
const askedByAdmission = ["update onecloudclusters.onecloud.yunion.io/finalizers", "delete serviceaccounts"];

let plane: ControlPlane;
let namespace: string;
let operator: TestOperator;
let requests: readonly AuditEvent[];

/** What an operator does in its life, each step with rights that no other one uses. */
const scenario: readonly (readonly [string, () => Promise<unknown>])[] = [
  ["installs a platform with ConfigMaps", () => install("prod", { optionFiles: { storage: "ConfigMap" } })],
  ["finds node ports taken", takenPorts],
  ["installs a second one with Secrets beside it", () => install("other", insideOnly())],
  ["takes a password from the spec", () => change({ keystone: { bootstrapPassword: "chosen-by-me" } })],
  ["removes what is disabled", () => change({ web: { disable: true }, yunionagent: { disable: true } })],
  [
    "makes it again",
    () => change({ web: { disable: false }, yunionagent: { disable: false }, cronjobTest: { disable: false } }),
  ],
  ["removes the rest", () => change({ cronjobTest: { disable: true }, notify: { disable: true } })],
  ["removes a Secret of the other one", () => patchSpec(at("other"), { notify: { disable: true } })],
  ["removes what an earlier operator left", leftStatefulSet],
  ["spreads several pods", () => change({ climc: { replicas: 2 } })],
  ["takes off what an older operator noted on objects", oldNotes],
  ["does not spread a single pod", () => change({ climc: { replicas: 1 } })],
  ["is asked to release what nobody asked for", release],
  ["deletes a cluster with its data", endWithData],
  ["is asked to end a cluster", () => plane.kubectl(["delete", "onecloudcluster", "other", "--namespace", namespace])],
];

function at(name: string): ClusterAt {
  return { plane, namespace, name };
}

/** In the edition that has a DaemonSet among the core components. */
function manifest(name: string, spec: object): KubeObject {
  const object = clusterManifest(name, namespace, { cronjobTest: { disable: false }, ...spec });
  const annotations = { "onecloud.yunion.io/edition": "ee" };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

async function install(name: string, spec: object): Promise<void> {
  await applyObject(plane, manifest(name, spec));
  await untilReady(plane, namespace, name);
}

async function change(spec: object): Promise<void> {
  await patchSpec(at("prod"), spec);
  await untilReady(plane, namespace, "prod");
}

/** As one that was taken over has it, its credentials in a ConfigMap too. */
async function endWithData(): Promise<void> {
  await install("third", { ...insideOnly(), deletionPolicy: "Delete" });
  await plane.kubectl(["create", "configmap", "third-cluster-config", "--namespace", namespace]);
  await plane.kubectl(["delete", "onecloudcluster", "third", "--namespace", namespace, "--timeout=90s"]);
}

async function takenPorts(): Promise<void> {
  await applyObject(plane, manifest("other", {}));
  await untilStatus(at("other"), ({ message }) => message?.includes("is taken by Service"));
}

/** One object of every kind that is replaced when others add to it. */
const noted = [
  ...["configmaps/prod-region", "services/prod-region", "deployments/prod-region", "daemonsets/prod-yunionagent"],
  ...[
    "cronjobs/prod-test",
    "ingresses/prod-web",
    "poddisruptionbudgets/prod-climc",
    "persistentvolumeclaims/prod-glance",
  ],
];

async function oldNotes(): Promise<void> {
  await change({ cronjobTest: { disable: false }, yunionagent: { disable: false } });
  const { lastApplied } = annotationKeys;
  await plane.kubectl(["annotate", "--namespace", namespace, ...noted, `${lastApplied}=long ago`]);
  await eventually(async () => {
    for (const one of noted) {
      const { metadata } = await getObject(plane, namespace, one);
      if (metadata.annotations?.[lastApplied] !== undefined) throw new Error(`${one} still has the note`);
    }
  });
}

async function release(): Promise<void> {
  const { releaseDefaults } = annotationKeys;
  await plane.kubectl(["annotate", "--namespace", namespace, "onecloudclusters/prod", `${releaseDefaults}=true`]);
  await eventually(async () => {
    const { metadata } = await getObject(plane, namespace, "onecloudclusters/prod");
    if (metadata.annotations?.[releaseDefaults] !== undefined) throw new Error("it is still asked");
  });
}

async function leftStatefulSet(): Promise<void> {
  const { metadata } = await getObject(plane, namespace, "onecloudcluster/prod");
  const owner = { apiVersion: "onecloud.yunion.io/v1alpha1", kind: "OnecloudCluster", controller: true };
  const labels = { "app.kubernetes.io/managed-by": "onecloud-operator" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "old", image: "old" }] } };
  const old: KubeObject = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: {
      name: "prod-old",
      namespace,
      labels,
      ownerReferences: [{ ...owner, name: "prod", uid: metadata.uid ?? "" }],
    },
    spec: { replicas: 0, serviceName: "old", selector: { matchLabels: labels }, template },
  };
  await applyObject(plane, old);
  await plane.kubectl(["wait", "statefulset/prod-old", "--namespace", namespace, "--for=delete", "--timeout=60s"]);
}

beforeAll(async () => {
  plane = await startControlPlane();
  await grant(plane);
  namespace = await createNamespace(plane, "rights");
  const leaderElection = { namespace: "onecloud" };
  operator = await startOperator(plane, { leaderElection });
  await eventually(() => plane.kubectl(["get", "onecloudclusters"]));
  for (const [, step] of scenario) await step();
  await operator.stop();
  requests = await plane.requests({ user: userOf() });
  return () => plane.stop();
});

/** Every right of the files, with how it is asked for: bound to a name or not. */
async function granted(): Promise<readonly string[]> {
  return (await Promise.all(files.map(rulesOf))).flatMap(rightsIn);
}

describe("the rights of the operator", () => {
  it("are enough: nothing that it asks for is refused", () => {
    const refused = requests.filter(({ responseStatus }) => responseStatus?.code === 403);
    expect(refused.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
    expect(requests.length).toBeGreaterThan(100);
  });

  it("are those that it needs: it asks for nothing by another role's leave", async () => {
    const rights = new Set(await granted());
    const needed = requests.flatMap((request) => {
      const [bare, named] = [rightsFor(request, false), rightsFor(request, true)];
      return bare.filter((right, index) => !rights.has(right) && !rights.has(named[index] ?? ""));
    });
    expect([...new Set(needed)]).toEqual([]);
  });

  it.each(files)("are all used: %s grants nothing that it does not ask for", async (file) => {
    const counted =
      file === "cluster-reads" ? requests.filter(({ objectRef }) => objectRef?.namespace === undefined) : requests;
    const used = new Set(counted.flatMap((request) => [...rightsFor(request, false), ...rightsFor(request, true)]));
    const unused = rightsIn(await rulesOf(file)).filter((right) => !used.has(right));
    expect(unused).toEqual(file === "cluster-wide" ? askedByAdmission : []);
  });

  it("are taken by the API server with all other manifests of rights", async () => {
    const dryRun = ["apply", "--dry-run=server", "--recursive", "--filename", "deploy/rbac"];
    const answer = await plane.kubectl([...dryRun, "--filename", "deploy/namespace.yaml,deploy/platform-rbac.yaml"]);
    expect(answer).toContain("clusterrolebinding.rbac.authorization.k8s.io/onecloud-platform created (server dry run)");
  });

  it("hold those that admission asks for where an owner is named", async () => {
    const role = JSON.parse(
      await plane.kubectl(["get", "clusterrole/onecloud-operator-manager", "--output", "json"]),
    ) as {
      readonly rules: readonly { readonly resources: readonly string[] }[];
    };
    const rules = role.rules.filter(({ resources }) => !resources.includes("onecloudclusters/finalizers"));
    await plane.kubectl(["replace", "--filename", "-"], JSON.stringify({ ...role, rules }));
    operator = await startOperator(plane);
    await applyObject(plane, manifest("fourth", { ...insideOnly(), optionFiles: { storage: "ConfigMap" } }));
    const { message } = await untilStatus(at("fourth"), ({ phase }) => phase === "Degraded");
    expect(message).toContain("cannot set blockOwnerDeletion");
    await operator.stop();
  });
});

describe("the rights of people", () => {
  /** What a user with this role in the namespace may do with OnecloudClusters. */
  async function allowed(role: string): Promise<readonly string[]> {
    const user = `user-of-${role}`;
    const namespaced = ["--namespace", namespace];
    await plane.kubectl(["create", "rolebinding", user, `--clusterrole=${role}`, `--user=${user}`, ...namespaced]);
    const verbs = ["get", "list", "watch", "create", "update", "patch", "delete"];
    const asked = verbs.map(async (verb) => {
      const answer = plane.kubectl(["auth", "can-i", verb, "onecloudclusters", "--as", user, ...namespaced]);
      return (await answer.catch(() => "no")).startsWith("yes") ? [verb] : [];
    });
    return (await Promise.all(asked)).flat();
  }

  it.each([
    ["view", []],
    ["edit", []],
    ["admin", []],
    ["onecloud-view", ["get", "list", "watch"]],
    ["onecloud-admin", ["get", "list", "watch", "create", "update", "patch", "delete"]],
  ])("to OnecloudClusters with the role %s are %j", async (role, verbs) => {
    await plane.kubectl(["apply", "--filename", "deploy/rbac/users.yaml"]);
    expect(await allowed(role)).toEqual(verbs);
  });
});
