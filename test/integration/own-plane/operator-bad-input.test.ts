import { beforeAll, describe, expect, it } from "vitest";
import { credentialsKey, credentialsName } from "../../../src/cluster/api/names.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { childrenOf, generationsOf } from "../../support/children.ts";
import { type ControlPlane, createNamespace, eventually, startControlPlane } from "../../support/control-plane.ts";
import { failureOf } from "../../support/failure-of.ts";
import { insideOnly } from "../../support/installation.ts";
import {
  clusterManifest,
  getObject,
  startOperator,
  type TestOperator,
  untilDefined,
  untilReady,
} from "../../support/operator.ts";
import { applyObject, type ClusterAt, conditionIn, patchSpec, untilReason, untilStatus } from "../../support/user.ts";
import { textsIn } from "../../support/workload.ts";

let plane: ControlPlane;
let operator: TestOperator;

beforeAll(async () => {
  plane = await startControlPlane();
  await plane.kubectl(["apply", "--filename", "crds/onecloudclusters.yaml"]);
  await untilDefined(plane);
  operator = await startOperator(plane);
  return async () => {
    await operator.stop();
    await plane.stop();
  };
});

async function namespaceOf(prefix: string): Promise<ClusterAt> {
  return { plane, namespace: await createNamespace(plane, prefix), name: "prod" };
}

function manifest({ name, namespace }: ClusterAt, spec: object = {}): KubeObject {
  return clusterManifest(name, namespace, { ...insideOnly(), ...spec });
}

describe("a cluster with a mistake that the API server sees", () => {
  let cluster: ClusterAt;

  beforeAll(async () => {
    cluster = await namespaceOf("refused");
  });

  const mysql = { host: "10.0.0.1", username: "root", password: "secret-of-mysql" };

  it.each([
    [
      "a product that does not exist",
      { productVersion: "Enormous" },
      'spec.productVersion: Unsupported value: "Enormous"',
    ],
    ["no MySQL host", { mysql: { username: "root" } }, "mysql.host is missing"],
    ["no MySQL server at all", { mysql: null }, "mysql.host is missing"],
    ["a port above 65535", { mysql: { ...mysql, port: 70_000 } }, "spec.mysql.port: Invalid value: 70000"],
    ["text where a number belongs", { keystone: { replicas: "three" } }, "spec.keystone.replicas"],
    ["a struct where text belongs", { region: { name: "region0" } }, "spec.region"],
    ["Dameng without its host", { db_engine: "dameng" }, "dameng.host is missing"],
    ["options for a file that takes none", { web: { options: { a: 1 } } }, "spec.web.options has no effect"],
  ])("is refused with the name of the field when it has %s", async (_, spec, message) => {
    const failure = await failureOf(applyObject(plane, clusterManifest("prod", cluster.namespace, spec)));
    expect(String(failure)).toContain(message);
    expect(String(failure)).not.toContain("secret-of-mysql");
    expect(await plane.kubectl(["get", "onecloudclusters", "--namespace", cluster.namespace])).toBe("");
  });

  it("loses a field that nobody knows, with a warning that names it", async () => {
    const text = JSON.stringify(manifest(cluster, { keystone: { replica: 3 }, disableAll: true }));
    const args = ["create", "--dry-run=server", "--validate=warn", "--output", "json", "--filename", "-"];
    const warning = String(await failureOf(plane.kubectl([...args, "--warnings-as-errors"], text)));
    expect(warning).toContain('unknown field "spec.keystone.replica"');
    expect(warning).toContain('unknown field "spec.disableAll"');
    const { spec } = JSON.parse(await plane.kubectl(args, text)) as { readonly spec: object };
    expect(spec).not.toHaveProperty("disableAll");
    expect(spec).toMatchObject({ keystone: {} });
  });
});

describe("a running cluster that gets a mistake that only the operator sees", () => {
  let cluster: ClusterAt;

  beforeAll(async () => {
    cluster = await namespaceOf("mistaken");
    await applyObject(plane, manifest(cluster));
    await untilReady(plane, cluster.namespace, cluster.name);
  });

  function patchOf(patch: object): readonly string[] {
    const text = JSON.stringify(patch);
    return ["patch", "onecloudcluster/prod", "--namespace", cluster.namespace, "--type", "merge", "--patch", text];
  }

  /** What the events of that reason say. */
  async function notesOf(reason: string): Promise<string> {
    const args = ["get", "events", "--namespace", cluster.namespace, "--field-selector", `reason=${reason}`];
    return await plane.kubectl([...args, "--output", "jsonpath={.items[*].message}"]);
  }

  const terms = [{ matchExpressions: [{ operator: "In", values: ["a"] }] }];
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } };
  const taken = { service: { internalOnly: false, nodePort: 31_234 } };
  const free = { service: { internalOnly: true, nodePort: null } };

  it.each([
    {
      mistake: "an affinity that is wrong in its depth",
      made: { spec: { glance: { affinity } } },
      mended: { spec: { glance: { affinity: null } } },
      message: "spec.glance.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]",
    },
    {
      mistake: "a toleration that is none",
      made: { spec: { notify: { tolerations: [{ key: "a", effect: "NoWay" }] } } },
      mended: { spec: { notify: { tolerations: null } } },
      message: "spec.notify.tolerations[0].effect",
    },
    {
      mistake: "an edition that does not exist",
      made: { metadata: { annotations: { "onecloud.yunion.io/edition": "gold" } } },
      mended: { metadata: { annotations: { "onecloud.yunion.io/edition": null } } },
      message: "annotation onecloud.yunion.io/edition is gold: set it to one of ce, ce/support, ee",
    },
    {
      mistake: "a node port that two components ask for",
      made: { spec: { glance: taken, notify: taken } },
      mended: { spec: { glance: free, notify: free } },
      message: "spec.notify.service.nodePort is 31234, which spec.glance.service.nodePort asks for too",
    },
  ])("is told about $mistake, and nothing is changed", async ({ made, mended, message }) => {
    const before = generationsOf(await childrenOf(plane, cluster.namespace));
    await plane.kubectl(patchOf(made));
    const condition = await untilReason(cluster, "SpecAccepted", "InvalidSpec");
    expect(condition.status).toBe("False");
    expect(condition.message).toContain(message);
    const status = await untilStatus(cluster, ({ phase }) => phase === "Invalid");
    expect(status.message).toBe(condition.message);
    expect(conditionIn(status, "Ready")).toMatchObject({ status: "False", reason: "InvalidSpec" });
    await eventually(async () => expect(await notesOf("InvalidSpec")).toContain(message));
    expect(generationsOf(await childrenOf(plane, cluster.namespace))).toEqual(before);
    await plane.kubectl(patchOf(mended));
    await untilReady(plane, cluster.namespace, cluster.name);
    expect(generationsOf(await childrenOf(plane, cluster.namespace))).toEqual(before);
  });
});

describe("a cluster that something is missing for", () => {
  it("says which Secret a field points to in vain, and goes on by itself when the Secret is there", async () => {
    const cluster = await namespaceOf("referring");
    const bootstrapPasswordSecretRef = { name: "chosen", key: "password" };
    const keystone = { ...insideOnly()["keystone"], bootstrapPasswordSecretRef };
    await applyObject(plane, manifest(cluster, { keystone }));
    const condition = await untilReason(cluster, "Ready", "SecretMissing");
    expect(condition.message).toContain("spec.keystone.bootstrapPasswordSecretRef: there is no Secret chosen");
    const secret = ["create", "secret", "generic", "chosen", "--namespace", cluster.namespace];
    await plane.kubectl([...secret, "--from-literal", "password=chosen-by-the-user"]);
    await untilReady(plane, cluster.namespace, cluster.name);
    const files = textsIn(await getObject(plane, cluster.namespace, "secret/prod-keystone"));
    expect(Object.values(files).join()).toContain("bootstrap_admin_user_password: chosen-by-the-user");
  });

  it("says that its credentials cannot be read, and replaces none of them", async () => {
    const cluster = await namespaceOf("unreadable");
    const broken = "keystone: {password: [canary-in-broken-yaml";
    const name = credentialsName("prod");
    const secret = ["create", "secret", "generic", name, "--namespace", cluster.namespace];
    await plane.kubectl([...secret, "--from-literal", `${credentialsKey}=${broken}`]);
    const before = await getObject(plane, cluster.namespace, `secret/${name}`);
    await applyObject(plane, manifest(cluster));
    const condition = await untilReason(cluster, "Ready", "CredentialsUnreadable");
    expect(condition.message).toContain(`Secret ${name}, key ${credentialsKey}`);
    expect(condition.message).not.toContain("canary-in-broken-yaml");
    expect(operator.logged()).not.toContain("canary-in-broken-yaml");
    expect(await getObject(plane, cluster.namespace, `secret/${name}`)).toEqual(before);
    expect([...(await childrenOf(plane, cluster.namespace)).keys()]).toEqual([]);
  });
});

describe("a cluster that asks for what this Kubernetes cluster does not give", () => {
  it("names the Service whose node port is out of range, and everything else runs", async () => {
    const cluster = await namespaceOf("range");
    await applyObject(plane, manifest(cluster, { glance: { service: { nodePort: 80 } } }));
    const status = await untilStatus(cluster, ({ phase }) => phase === "Degraded");
    expect(status["glance"]).toMatchObject({ phase: "Failed", reason: "InvalidObject" });
    expect(status.blockedBy).toMatchObject({ component: "glance" });
    expect(status.message).toMatch(/prod-glance.*80.*valid range/s);
    await untilStatus(cluster, ({ ready = "" }) => {
      const [is, wanted] = ready.split("/").map(Number);
      expect(is).toBe((wanted ?? 0) - 1);
    });
    await patchSpec(cluster, { glance: { service: { internalOnly: true, nodePort: null } } });
    await untilReady(plane, cluster.namespace, cluster.name);
  });

  it("ends quietly with its namespace", async () => {
    const cluster = await namespaceOf("leaving");
    await applyObject(plane, manifest(cluster));
    await untilReady(plane, cluster.namespace, cluster.name);
    const before = errorsAbout(cluster);
    // Without it the namespace stays as it is, marked as one that is being deleted.
    await plane.restart("kube-controller-manager", async () => {
      await plane.kubectl(["delete", "namespace", cluster.namespace, "--wait=false"]);
      await plane.kubectl(["delete", "deployment/prod-region", "--namespace", cluster.namespace]);
      await untilStatus(cluster, ({ region }) => {
        expect(region).toMatchObject({ phase: "Waiting", reason: "NamespaceTerminating" });
      });
    });
    await eventually(async () => {
      const namespaces = await plane.kubectl(["get", "namespaces", "--output", "name"]);
      expect(namespaces).not.toContain(cluster.namespace);
    });
    expect(errorsAbout(cluster)).toEqual(before);
  });
});

/** Lines of the log about something that went wrong with the cluster: warnings and errors. */
function errorsAbout({ namespace }: ClusterAt): readonly string[] {
  const lines = operator.logged().split("\n");
  return lines.filter((line) => /"level":[45]0/.test(line) && line.includes(namespace));
}
