import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { deploy } from "../../../hack/deploy/deploy.ts";
import { undeploy } from "../../../hack/deploy/undeploy.ts";
import { type Client, createClient } from "../../../src/kube/client.ts";
import { type Connection, loadConnection } from "../../../src/kube/connection.ts";
import { deployments, pods } from "../../../src/kube/kinds.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { type ControlPlane, createNamespace, eventually, startControlPlane } from "../../support/control-plane.ts";
import { messageOf } from "../../support/failure-of.ts";
import { clusterManifest, getObject, untilDefined } from "../../support/operator.ts";
import { accountKubeconfig } from "../../support/operator-account.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { applyObject } from "../../support/user.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const image = "registry.example.com/team/onecloud-operator:v0.1.0";

/** The Deployment of the older Go operator, as its own manifest has it. */
function olderDeployment(namespace: string): KubeObject {
  const labels = { "k8s-app": "onecloud-operator" };
  const container = { name: "onecloud-operator", image: "registry.example.com/older:v1", command: ["/bin/operator"] };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "onecloud-operator", namespace, labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
  };
}

describe("make deploy and make undeploy", () => {
  let plane: ControlPlane;
  let connection: Connection;
  let client: Client;

  beforeAll(async () => {
    plane = await startControlPlane();
    connection = await loadConnection({ kubeconfig: plane.kubeconfig, userAgent: "deploy-test" });
    client = createClient(connection);
    await plane.kubectl(["apply", "--server-side", "-f", join(root, "crds", "onecloudclusters.yaml")]);
    await untilDefined(plane);
  });

  afterAll(async () => {
    await connection.close();
    await plane.stop();
  });

  /** A namespace whose operator goes with the test, because there can be only one. */
  async function namespaceFor(prefix: string): Promise<string> {
    const namespace = await createNamespace(plane, prefix);
    onTestFinished(async () => {
      await plane.kubectl(["delete", "deployment", "onecloud-operator", "-n", namespace, "--ignore-not-found"]);
    });
    return namespace;
  }

  /** Deploys, and resolves with what it said. */
  async function deployed(namespace: string, keepIn: string, by: Client = client): Promise<string> {
    const said: string[] = [];
    await deploy(by, { namespace, image, keepIn, waitMs: 60_000, say: (line) => said.push(line) });
    return said.join("\n");
  }

  async function undeployed(namespace: string): Promise<string> {
    const said: string[] = [];
    await undeploy(client, { namespace, waitMs: 60_000, say: (line) => said.push(line) });
    return said.join("\n");
  }

  async function failedDeploy(namespace: string, by: Client = client): Promise<string> {
    const { path } = await temporaryFolder();
    return await messageOf(deployed(namespace, path, by));
  }

  it("is admitted where Pod Security enforces restricted, changes nothing the second time, and goes again", async () => {
    const namespace = await namespaceFor("restricted");
    await plane.kubectl(["label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted"]);
    const { path } = await temporaryFolder();
    expect(await deployed(namespace, path)).toContain("waiting for the operator to be ready");
    const first = await getObject(plane, namespace, "deployment/onecloud-operator");
    await deployed(namespace, path);
    const second = await getObject(plane, namespace, "deployment/onecloud-operator");
    expect(second.metadata.generation).toBe(first.metadata.generation);
    await plane.kubectl([
      ...["set", "image", "--namespace", namespace],
      ...["deployment/onecloud-operator", "onecloud-operator=registry.example.com/team/onecloud-operator:v0.2.0"],
    ]);

    expect(await undeployed(namespace)).toContain(`the operator is removed from namespace ${namespace}`);
    const left = await plane.kubectl(["get", "all,serviceaccounts,roles,rolebindings", "-n", namespace, "-o", "name"]);
    expect(left.trim()).toBe("serviceaccount/default");
    expect(await undeployed(namespace)).toContain(`no operator was deployed in namespace ${namespace}`);
  });

  it("replaces the older operator, whose pods are gone before ours begins, and leaves clusters and claims alone", async () => {
    const namespace = await namespaceFor("older");
    await applyObject(plane, olderDeployment(namespace));
    await applyObject(plane, clusterManifest("prod", namespace));
    await applyObject(plane, claim(namespace));
    await eventually(() => plane.kubectl(["rollout", "status", "-n", namespace, "deployment/onecloud-operator"]));
    const before = await identities(namespace);
    const { path } = await temporaryFolder();

    expect(await deployed(namespace, path)).toContain(
      "Deployment onecloud-operator is that of another operator (its pods have k8s-app=onecloud-operator)",
    );
    expect(await identities(namespace)).toEqual(before);
    const running = (await client.list(pods, { namespace })).items;
    expect(running.map(({ metadata }) => metadata.labels?.["app.kubernetes.io/name"])).toEqual(["onecloud-operator"]);
    expect(await turnsOf(namespace)).toEqual(["create", "delete", "create"]);

    const kept = load(await readFile(join(path, "replaced-onecloud-operator.yaml"), "utf8")) as KubeObject;
    await undeployed(namespace);
    expect(await identities(namespace)).toEqual(before);
    await applyObject(plane, kept);
    const back = await getObject(plane, namespace, "deployment/onecloud-operator");
    expect(back["spec"]).toMatchObject({ selector: { matchLabels: { "k8s-app": "onecloud-operator" } } });
    expect(await messageOf(undeployed(namespace))).toContain("remove it as it was installed");
  });

  /** What happened to pods of the namespace, in order, with what happened several times in a row told once. */
  async function turnsOf(namespace: string): Promise<readonly string[]> {
    const requests = await plane.requests({ verbs: ["create", "delete"] });
    const ofPods = requests.filter(
      ({ objectRef: about }) =>
        about?.resource === "pods" && about.namespace === namespace && about.subresource === undefined,
    );
    return ofPods.map(({ verb }) => verb).filter((verb, index, all) => verb !== all[index - 1]);
  }

  /** UID and wish of what belongs to the platform. */
  async function identities(namespace: string): Promise<readonly unknown[]> {
    const objects = [
      await getObject(plane, namespace, "onecloudcluster/prod"),
      await getObject(plane, namespace, "pvc/data"),
    ];
    return objects.map(({ metadata, ...object }) => [metadata.uid, object["spec"]]);
  }

  it("has manifests beside it that the API server accepts, all of them", async () => {
    await plane.kubectl(["create", "namespace", "onecloud"]);
    const files = (await manifestFiles()).flatMap((path) => ["-f", path]);
    const said = await plane.kubectl(["apply", "--server-side", "--dry-run=server", "--force-conflicts", ...files]);
    expect(said).toContain("deployment.apps/onecloud-operator serverside-applied (server dry run)");
    expect(said).toContain("onecloudcluster.onecloud.yunion.io/example-onecloud-cluster serverside-applied");
  });

  it("says that a namespace does not exist, and how to make it", async () => {
    expect(await failedDeploy("nowhere")).toBe(
      "namespace nowhere does not exist: kubectl create namespace nowhere, or name another one with NAMESPACE=…",
    );
  });

  it("refuses to put a second operator beside one in another namespace", async () => {
    const [one, other] = [await namespaceFor("one"), await namespaceFor("other")];
    await applyObject(plane, olderDeployment(one));
    expect(await failedDeploy(other)).toContain(
      `Deployment onecloud-operator is in namespace ${one} already, and two operators would fight over the same clusters`,
    );
  });

  it("says which right is missing, and changes nothing then", async () => {
    const namespace = await namespaceFor("rights");
    await applyObject(plane, olderDeployment(namespace));
    await plane.kubectl([
      "create",
      "clusterrole",
      "looker",
      "--verb=get,list",
      "--resource=namespaces,deployments,pods",
    ]);
    await plane.kubectl([
      "create",
      "clusterrolebinding",
      "looker",
      "--clusterrole=looker",
      `--serviceaccount=${namespace}:default`,
    ]);
    const message = await asServiceAccount(namespace, (by) => failedDeploy(namespace, by));
    expect(message).toContain("cannot patch resource");
    expect(message).toContain("nothing was changed; give the user of the kubeconfig this right");
    expect((await client.get(deployments, { namespace, name: "onecloud-operator" }))?.["spec"]).toMatchObject({
      selector: { matchLabels: { "k8s-app": "onecloud-operator" } },
    });
  });

  async function asServiceAccount(namespace: string, work: (by: Client) => Promise<string>): Promise<string> {
    const own = await loadConnection({ kubeconfig: await accountKubeconfig(plane, { namespace, name: "default" }) });
    try {
      return await work(createClient(own));
    } finally {
      await own.close();
    }
  }

  it("says why no pod can be made", async () => {
    const namespace = await namespaceFor("quota");
    await plane.kubectl(["create", "quota", "none", "--hard=pods=0", "-n", namespace]);
    // Until its status is known, pods are refused with another reason, which is the one that a ReplicaSet keeps.
    const known = ["get", "quota", "none", "-n", namespace, "-o", "jsonpath={.status.hard.pods}"];
    await eventually(async () => expect(await plane.kubectl(known)).toBe("0"));
    const { path } = await temporaryFolder();
    const trial = deploy(client, { namespace, image, keepIn: path, waitMs: 8_000, say: () => undefined });
    const message = await messageOf(trial);
    expect(message).toMatch(/does not come up: not ready after 8 s: no pod can be made \(.*exceeded quota: none/);
    expect(message).toContain(`look at quotas and admission policies of namespace ${namespace}`);
  });

  it("says that the image cannot be pulled as soon as the node says so", async () => {
    const namespace = await namespaceFor("image");
    // Nobody plays the pods, so that they are as the test says.
    await plane.stopHeartbeats("node-1");
    try {
      const failing = failedDeploy(namespace);
      await cannotPull(namespace);
      expect(await failing).toBe(
        `${image} does not come up: image ${image} cannot be pulled (Back-off pulling image: not found): look whether make image-push has pushed it, whether the nodes reach the registry, and whether ServiceAccount onecloud-operator-manager needs imagePullSecrets`,
      );
    } finally {
      await plane.resumeHeartbeats("node-1");
    }
  });

  async function cannotPull(namespace: string): Promise<void> {
    const name = await eventually(async () => {
      const [pod] = (await client.list(pods, { namespace })).items;
      if (pod === undefined) throw new Error("there is no pod yet");
      return pod.metadata.name;
    });
    const waiting = { reason: "ImagePullBackOff", message: "Back-off pulling image: not found" };
    const status = { name: "onecloud-operator", image, imageID: "", ready: false, restartCount: 0, state: { waiting } };
    const body = { status: { phase: "Pending", containerStatuses: [status] } };
    await client.patch(pods, { namespace, name }, { type: "merge", body }, { subresource: "status" });
  }
});

function claim(namespace: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data", namespace },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      storageClassName: "local-path",
    },
  };
}

/** Every file below deploy/ that kubectl applies: what belongs to helm and kustomize alone is left out. */
async function manifestFiles(): Promise<readonly string[]> {
  const folder = join(root, "deploy");
  const others = ["Chart.yaml", "values.yaml", "kustomization.yaml"];
  const paths = await readdir(folder, { recursive: true });
  return paths
    .filter((path) => path.endsWith(".yaml") && !path.startsWith("templates") && !others.includes(path))
    .map((path) => join(folder, path));
}
