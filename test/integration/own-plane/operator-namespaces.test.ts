import { beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../../src/kube/object.ts";
import { childrenOf, limitsIn } from "../../support/children.ts";
import { type ControlPlane, createNamespace, eventually, startControlPlane } from "../../support/control-plane.ts";
import { deletionFinalizer } from "../../../src/cluster/api/names.ts";
import { componentOf } from "../../support/cluster-scope.ts";
import { insideOnly } from "../../support/installation.ts";
import { version } from "../../../src/version.ts";
import {
  clusterManifest,
  coreComponents,
  getObject,
  startOperator,
  type TestOperator,
  untilReady,
} from "../../support/operator.ts";
import { grant, kubeconfigOf, revoke } from "../../support/operator-account.ts";
import { freeAddress, type Listening, readPath } from "../../support/passes.ts";
import {
  applyObject,
  type ClusterAt,
  conditionIn,
  editByHand,
  patchSpec,
  readStatus,
  untilReason,
  untilStatus,
} from "../../support/user.ts";

let plane: ControlPlane;
let health: Listening;
let operator: TestOperator;
let cluster: ClusterAt;
let elsewhere: string;

/** With one that runs on marked nodes only. */
const components = [...coreComponents, componentOf("baremetal-agent")];

/** An operator that has only Roles, in the namespace that it watches. */
async function startWithRoles(): Promise<TestOperator> {
  const watchNamespaces = [cluster.namespace];
  const options = { components, watchNamespaces, leaderElection: { namespace: "onecloud" }, health };
  return await startOperator(plane, options, { kubeconfig: await kubeconfigOf(plane) });
}

beforeAll(async () => {
  plane = await startControlPlane();
  health = await freeAddress();
  elsewhere = await createNamespace(plane, "elsewhere");
  cluster = { plane, namespace: await createNamespace(plane, "watched"), name: "prod" };
  await grant(plane, ["operator", "namespaced"], cluster.namespace);
  return () => plane.stop();
});

async function deployment(component: string): Promise<KubeObject> {
  return await getObject(plane, cluster.namespace, `deployment/prod-${component}`);
}

/** The log lines about missing rights. */
function missing(): readonly { readonly right: string; readonly without?: string }[] {
  const lines = operator
    .logged()
    .split("\n")
    .filter((line) => line.includes('"a right is missing"'));
  return lines.map((line) => JSON.parse(line) as { readonly right: string; readonly without?: string });
}

interface Rule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Changes the rules of the operator's Role. */
async function changeRole(change: (rule: Rule) => readonly Rule[]): Promise<void> {
  const where = ["--namespace", cluster.namespace];
  const role = await getObject(plane, cluster.namespace, "role/onecloud-operator-manager");
  const rules = (role["rules"] as readonly Rule[]).flatMap(change);
  await plane.kubectl(["replace", "--filename", "-", ...where], JSON.stringify({ ...role, rules }));
}

describe("an operator without the right to the definition", () => {
  it("stops with one sentence that names the file to apply, when there is none", async () => {
    operator = await startWithRoles();
    await expect(operator.ended).rejects.toThrow(
      "the definition of OnecloudCluster is not installed, and the operator may not get " +
        "customresourcedefinitions.apiextensions.k8s.io in the Kubernetes cluster as a whole: " +
        "apply deploy/rbac/definition.yaml, or apply crds/onecloudclusters.yaml yourself",
    );
  });

  it("stops when the one that is there is older, and says so", async () => {
    const definition = await plane.kubectl([
      "create",
      "--dry-run=client",
      "--output",
      "json",
      "--filename",
      "crds/onecloudclusters.yaml",
    ]);
    const older = definition.replace(
      /Definition of onecloud-operator \d+\.\d+\.\d+/,
      "Definition of onecloud-operator 0.0.1",
    );
    await plane.kubectl(["create", "--filename", "-"], older);
    await untilServed("onecloud-operator 0.0.1");
    operator = await startWithRoles();
    await expect(operator.ended).rejects.toThrow("is that of version 0.0.1, older than");
  });
});

async function untilServed(mark: string): Promise<void> {
  const path = "/openapi/v3/apis/onecloud.yunion.io/v1alpha1";
  await eventually(async () => expect(await plane.kubectl(["get", "--raw", path])).toContain(mark));
}

describe("an operator with Roles only", () => {
  beforeAll(async () => {
    await plane.kubectl(["replace", "--filename", "crds/onecloudclusters.yaml"]);
    await untilServed(`onecloud-operator ${version}`);
    operator = await startWithRoles();
    await applyObject(plane, clusterManifest("prod", cluster.namespace, { web: { disable: true } }));
    await applyObject(plane, clusterManifest("unseen", elsewhere, insideOnly()));
    await untilReady(plane, cluster.namespace, "prod");
    return () => operator.stop();
  });

  it("installs a platform in the namespace that it watches, and leaves others alone", async () => {
    expect((await childrenOf(plane, cluster.namespace)).has("Deployment prod-keystone")).toBe(true);
    expect(await getObject(plane, elsewhere, "onecloudcluster/unseen")).not.toHaveProperty("status");
    expect([...(await childrenOf(plane, elsewhere)).keys()]).toEqual([]);
  });

  it("says once what it does without", () => {
    const of = (resource: string): readonly string[] =>
      missing().flatMap(({ right, without = "" }) => (right.includes(resource) ? [without] : []));
    expect(of("list nodes")).toEqual([expect.stringContaining("limits of containers do not follow")]);
    expect(of("list storageclasses")).toEqual([expect.stringContaining("is not checked")]);
    expect(of("customresourcedefinitions")).toEqual(["the definition stays as it is"]);
    expect(missing()).toHaveLength(3);
  });

  it("gives no limits that it cannot work out, and says so in a condition", async () => {
    expect(limitsIn(await deployment("keystone"))).toBeUndefined();
    const condition = await untilReason(cluster, "SurroundingsVisible", "Forbidden");
    expect(condition).toMatchObject({ status: "False" });
    expect(condition.message).toContain(
      "the operator may not list nodes in the Kubernetes cluster as a whole: apply deploy/rbac/cluster-reads.yaml",
    );
  });

  it("starts nothing that might wait for a marked node for ever, and says what it waits for", async () => {
    expect(await deployment("baremetal-agent")).toHaveProperty("spec.replicas", 0);
    const { baremetalagent } = await readStatus(cluster);
    expect(baremetalagent).toMatchObject({
      phase: "Ready",
      message: "it runs no pods, because no node is seen that has onecloud.yunion.io/baremetal=enable",
    });
  });

  it("is healthy and ready all the same", async () => {
    expect(await readPath(health, "/healthz")).toBe("ok");
    expect(await readPath(health, "/readyz")).toBe("ok");
  });

  it("repairs, changes and removes what its clusters are made of", async () => {
    await editByHand(cluster, "deployment/prod-logger", { spec: { replicas: 3 } });
    await eventually(async () => expect(await deployment("logger")).toHaveProperty("spec.replicas", 1));
    await patchSpec(cluster, { logger: { replicas: 2 }, notify: { disable: true } });
    await untilReady(plane, cluster.namespace, "prod");
    expect(await deployment("logger")).toHaveProperty("spec.replicas", 2);
    expect((await childrenOf(plane, cluster.namespace)).has("Deployment prod-notify")).toBe(false);
  });

  it("names a node port that is taken, but not who has it", async () => {
    const spec = { type: "NodePort", ports: [{ port: 80, nodePort: 31_777 }] };
    await applyObject(plane, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "shop", namespace: elsewhere },
      spec,
    });
    await patchSpec(cluster, { logger: { service: { nodePort: 31_777 } } });
    const { message } = await untilStatus(cluster, ({ blockedBy }) => blockedBy?.reason === "NodePortTaken");
    expect(message).toContain("node port 31777 is taken: choose another nodePort in the spec");
    expect(message).toContain("apply deploy/rbac/cluster-reads.yaml");
    expect(message).not.toContain("shop");
    await patchSpec(cluster, { logger: { service: null } });
    await untilReady(plane, cluster.namespace, "prod");
  });

  it("follows size and labels of nodes as soon as it may see them, and leaves what runs as it is when it may not any more", async () => {
    await plane.kubectl(["label", "node", "node-1", "onecloud.yunion.io/baremetal=enable"]);
    await grant(plane, ["cluster-reads"]);
    await eventually(async () => expect(limitsIn(await deployment("keystone"))).toBeDefined());
    await untilStatus(cluster, (status) => conditionIn(status, "SurroundingsVisible") === undefined);
    await untilReady(plane, cluster.namespace, "prod");
    const limits = limitsIn(await deployment("keystone"));
    expect(await deployment("baremetal-agent")).toHaveProperty("spec.replicas", 1);
    await operator.stop();
    await revoke(plane, "cluster-reads");
    operator = await startWithRoles();
    await untilReason(cluster, "SurroundingsVisible", "Forbidden");
    expect(limitsIn(await deployment("keystone"))).toEqual(limits);
    expect(await deployment("baremetal-agent")).toHaveProperty("spec.replicas", 1);
  });

  it("says which right of a Role is missing, in the cluster's condition, and goes on when it is there", async () => {
    await changeRole((rule) => [
      rule.resources.includes("deployments") ? { ...rule, verbs: rule.verbs.filter((verb) => verb !== "patch") } : rule,
    ]);
    await patchSpec(cluster, { logger: { replicas: 1 } });
    const ready = await untilReason(cluster, "Ready", "Forbidden");
    expect(ready.message).toBe(
      `logger: the operator may not patch deployments.apps in namespace ${cluster.namespace}: ` +
        "apply deploy/rbac/namespaced.yaml to the namespace, or deploy/rbac/cluster-wide.yaml",
    );
    await grant(plane, ["namespaced"], cluster.namespace);
    await untilReady(plane, cluster.namespace, "prod");
  });

  it("changes nothing while it may not see what is there, and says what is missing", async () => {
    await operator.stop();
    await changeRole((rule) => (rule.resources.includes("secrets") ? [] : [rule]));
    operator = await startWithRoles();
    const ready = await untilReason(cluster, "Ready", "Forbidden");
    expect(ready.message).toContain(`may not list secrets in namespace ${cluster.namespace}`);
    await grant(plane, ["namespaced"], cluster.namespace);
    await untilReady(plane, cluster.namespace, "prod");
  });

  it("deletes a cluster with its data", async () => {
    const { namespace } = cluster;
    await patchSpec(cluster, { deletionPolicy: "Delete" });
    await eventually(async () => {
      const { metadata } = await getObject(plane, namespace, "onecloudcluster/prod");
      expect(metadata.finalizers).toEqual([deletionFinalizer]);
    });
    await plane.kubectl(["delete", "onecloudcluster/prod", "--namespace", namespace, "--timeout=90s"]);
    const left = await plane.kubectl(["get", "persistentvolumeclaims,pods", "--namespace", namespace, "--output=name"]);
    expect(left).toBe("");
    expect(operator.logged()).not.toContain("may not get namespaces");
  });
});
