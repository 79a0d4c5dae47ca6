import { join } from "node:path";
import { loadAll } from "js-yaml";
import { beforeAll, describe, expect, it } from "vitest";
import { deploy } from "../../hack/deploy/deploy.ts";
import { readManifests } from "../../hack/deploy/manifests.ts";
import { createClient } from "../../src/kube/client.ts";
import { loadConnection } from "../../src/kube/connection.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { createNamespace, eventually, sharedControlPlane } from "../support/control-plane.ts";
import { messageOf } from "../support/failure-of.ts";
import { findHelm, type Helm } from "../support/helm.ts";
import { clusterManifest, getObject, untilDefined } from "../support/operator.ts";
import { applyObject } from "../support/user.ts";

const root = join(import.meta.dirname, "..", "..");
const repository = "registry.example.com/team/onecloud-operator";
const image = { repository };
const full = {
  image: { ...image, tag: "v2", pullPolicy: "IfNotPresent" },
  imagePullSecrets: [{ name: "registry" }],
  replicas: 2,
  extraArgs: ["--workers=10", "--log-level=debug"],
  extraEnv: [{ name: "HTTPS_PROXY", value: "http://proxy.example.com:3128" }],
  resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: 2, memory: "1Gi" } },
  priorityClassName: "system-cluster-critical",
  nodeSelector: { zone: "a" },
  tolerations: [],
  affinity: { nodeAffinity: {} },
  podAnnotations: { note: "text" },
  podLabels: { team: "cloud", "app.kubernetes.io/name": "another" },
  serviceAccountAnnotations: { note: "text" },
};

interface Pod {
  readonly containers: readonly { readonly args: readonly string[]; readonly image: string }[];
}

function specOf(objects: readonly KubeObject[]): unknown {
  return objects.find(({ kind }) => kind === "Deployment")?.["spec"];
}

function podOf(objects: readonly KubeObject[]): Pod & Readonly<Record<string, unknown>> {
  const { template } = specOf(objects) as { readonly template: { readonly spec: Pod & Record<string, unknown> } };
  return template.spec;
}

/** Objects by what they are, so that their order does not count. */
function byName(objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> {
  return new Map(
    objects.map((object) => [`${object.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name}`, object]),
  );
}

describe("the chart", () => {
  const plane = sharedControlPlane();
  let helm: Helm;

  // helm is built first where it is missing.
  beforeAll(async () => {
    helm = await findHelm();
    await plane.kubectl([
      "apply",
      "--server-side",
      "--force-conflicts",
      "-f",
      join(root, "crds", "onecloudclusters.yaml"),
    ]);
    await untilDefined(plane);
  }, 900_000);

  async function tryOut(objects: readonly KubeObject[]): Promise<string> {
    const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    return await plane.kubectl(["apply", "--server-side", "--dry-run=server", "--force-conflicts", "-f", "-"], text);
  }

  it.each(["onecloud", "elsewhere"])("renders exactly what make deploy applies, in namespace %s", async (namespace) => {
    const manifests = await readManifests(namespace, `${repository}:v0.1.0`);
    const rendered = await helm.render(namespace, { image });
    expect(byName(rendered)).toEqual(byName(manifests.map(({ object }) => object)));
  });

  it("has a kustomization beside it that makes the same", async () => {
    const text = await plane.kubectl(["kustomize", join(root, "deploy")]);
    const manifests = await readManifests("onecloud", `${repository}:v0.1.0`);
    expect(byName(loadAll(text) as readonly KubeObject[])).toEqual(byName(manifests.map(({ object }) => object)));
  });

  it("lays every value over the manifests", async () => {
    const objects = await helm.render("onecloud", { ...full, watchNamespaces: ["a", "b"], installCrd: false });
    const pod = podOf(objects);
    const args = ["run", "--watch-namespaces=a,b", "--no-install-crd", "--workers=10", "--log-level=debug"];
    const { imagePullSecrets, priorityClassName, nodeSelector, tolerations, affinity, resources } = full;
    expect(pod).toMatchObject({ imagePullSecrets, priorityClassName, nodeSelector, tolerations, affinity });
    expect(pod.containers).toMatchObject([
      { args, image: `${repository}:v2`, imagePullPolicy: "IfNotPresent", resources },
    ]);
    // What the Deployment finds its pods by cannot be laid over.
    const labels = { team: "cloud", "app.kubernetes.io/name": "onecloud-operator" };
    expect(specOf(objects)).toMatchObject({
      replicas: 2,
      template: { metadata: { labels, annotations: { note: "text" } } },
    });
  });

  it("grants Roles in listed namespaces only, where nothing is granted in the whole cluster", async () => {
    const values = { image, watchNamespaces: ["a", "b"], clusterReads: false, installCrd: false };
    const rights = (await helm.render("tools", values)).filter(({ apiVersion }) => apiVersion.startsWith("rbac"));
    expect([...byName(rights).keys()].toSorted()).toEqual([
      "Role a/onecloud-operator-manager",
      "Role b/onecloud-operator-manager",
      "Role tools/onecloud-operator-manager-lease",
      "RoleBinding a/onecloud-operator-manager",
      "RoleBinding b/onecloud-operator-manager",
      "RoleBinding tools/onecloud-operator-manager-lease",
    ]);
    const subjects = rights.flatMap((object) => (object["subjects"] ?? []) as readonly unknown[]);
    const account = { kind: "ServiceAccount", name: "onecloud-operator-manager", namespace: "tools" };
    expect(subjects).toEqual([account, account, account]);
  });

  it.each([
    ["the least", {}],
    ["every value", full],
    ["no rights in the whole cluster", { watchNamespaces: ["default"], clusterReads: false, installCrd: false }],
    [
      "listed namespaces, without the definition",
      { ...full, watchNamespaces: ["default", "kube-system"], installCrd: false },
    ],
    ["an image by its digest", { image: { repository, tag: `sha256:${"a".repeat(64)}` } }],
  ])("renders what the API server accepts: %s", async (_, values) => {
    const namespace = await createNamespace(plane, "chart");
    expect(await tryOut(await helm.render(namespace, { image, ...values }))).toContain(
      "deployment.apps/onecloud-operator serverside-applied (server dry run)",
    );
  });

  it.each([
    ["imag", { imag: { tag: "x" } }],
    ["/image/repository", { image: { repository: "https://registry.example.com/onecloud-operator" } }],
    ["/image/pullPolicy", { image: { repository, pullPolicy: "always" } }],
    ["/replicas", { replicas: "two" }],
    ["/watchNamespaces", { watchNamespaces: "onecloud" }],
    ["/watchNamespaces/0", { watchNamespaces: ["One Cloud"] }],
    ["/installCrd", { installCrd: "no" }],
    ["/extraArgs/0", { extraArgs: ["workers=10"] }],
    ["/resources/limits/memory", { resources: { limits: { memory: "much" } } }],
    ["/tolerations", { tolerations: {} }],
    ["image.repository is empty: say which image", { image: { repository: "" } }],
  ])("refuses a wrong value and names it: %s", async (named, values) => {
    expect(await messageOf(helm.render("onecloud", { image, ...values }))).toContain(named);
  });

  it("passes the checks of helm lint", async () => {
    expect(await helm.run("lint", "--strict", "--set", `image.repository=${repository}`)).toContain(
      "0 chart(s) failed",
    );
  });

  it("installs, is not touched by make deploy, and uninstalls without the clusters", async () => {
    const namespace = await createNamespace(plane, "chart");
    await applyObject(plane, clusterManifest("prod", namespace));
    await helm.install(plane.kubeconfig, namespace, { image });
    const connection = await loadConnection({ kubeconfig: plane.kubeconfig });
    const to = { namespace, image: `${repository}:v0.2.0`, keepIn: "dist", waitMs: 1000, say: () => undefined };
    expect(await messageOf(deploy(createClient(connection), to))).toBe(
      `Deployment onecloud-operator in namespace ${namespace} belongs to the Helm release onecloud-operator: upgrade it with helm upgrade`,
    );
    await connection.close();
    await helm.uninstall(plane.kubeconfig, namespace);
    // The pods go after the Deployment, which is all that helm waits for.
    await eventually(async () => {
      const kinds = "all,serviceaccounts,roles,rolebindings";
      const left = await plane.kubectl(["get", kinds, "-n", namespace, "-o", "name"]);
      expect(left.trim()).toBe("serviceaccount/default");
    });
    const cluster = await getObject(plane, namespace, "onecloudcluster/prod");
    expect(cluster.metadata.deletionTimestamp).toBeUndefined();
    await plane.kubectl(["delete", "namespace", namespace, "--wait=false"]);
  });
});
