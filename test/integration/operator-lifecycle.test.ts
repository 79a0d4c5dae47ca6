import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { childrenOf } from "../support/children.ts";
import { eventually } from "../support/control-plane.ts";
import { getObject, untilReady } from "../support/operator.ts";
import { type Installation, startInstallation } from "../support/installation.ts";
import { conditionIn, readStatus } from "../support/user.ts";
import { textsIn } from "../support/workload.ts";

const [namespace, name] = ["onecloud", "example-onecloud-cluster"];

let installation: Installation;
let cluster: KubeObject;

beforeAll(async () => {
  installation = await startInstallation();
  await installation.plane.kubectl(["apply", "--filename", "deploy/examples/minimal.yaml"]);
  cluster = await untilReady(installation.plane, namespace, name);
});

afterAll(async () => {
  // The operator's own namespace stays.
  for (const kinds of ["onecloudclusters", "services,secrets,persistentvolumeclaims"])
    await installation.plane.kubectl(["delete", kinds, "--all", "--namespace", namespace]);
  await installation.end();
});

function named(kind: string, types: readonly string[]): readonly string[] {
  return types.map((type) => `${kind} ${name}-${type}`);
}

const services = [
  "apigateway",
  "glance",
  "keystone",
  "kubeserver",
  "logger",
  "notify",
  "region",
  "scheduler",
  "webconsole",
  "yunionconf",
];

/** Every text under a key that names a password. */
function passwordsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    /password|secret|authkey/i.test(key) && typeof inner === "string" ? [inner] : passwordsIn(inner),
  );
}

describe("a cluster made from the minimal example", () => {
  it("becomes Ready with every object that its services need", async () => {
    const labels = [...(await childrenOf(installation.plane, namespace)).keys()];
    expect(labels.toSorted()).toEqual(
      [
        ...named("Deployment", [...services, "climc", "victoria-metrics", "web"]),
        ...named("Service", [...services, "victoria-metrics", "web"]),
        ...named("Secret", [...services, "cluster-config"]),
        ...named("ConfigMap", ["climc", "web"]),
        ...named("PersistentVolumeClaim", ["glance", "victoria-metrics"]),
        ...named("Ingress", ["web"]),
        "ServiceAccount onecloud-operator",
      ].toSorted(),
    );
  });

  it("has its claims bound to volumes", async () => {
    const children = await childrenOf(installation.plane, namespace);
    for (const label of named("PersistentVolumeClaim", ["glance", "victoria-metrics"]))
      expect(children.get(label)?.["status"]).toMatchObject({ phase: "Bound" });
  });

  it("shows in its spec the platform as a whole: version, images' repository, region, zone", () => {
    expect(cluster["spec"]).toMatchObject({
      productVersion: "FullStack",
      version: "latest",
      imageRepository: "registry.hub.docker.com/yunion",
      region: "region0",
      zone: "zone0",
      mysql: { host: "10.168.222.218", port: 3306, username: "root", password: "your-sql-passwd" },
      optionFiles: { storage: "Secret" },
    });
  });

  it("shows in its spec the definition of every service", () => {
    const role = { effect: "NoSchedule", key: expect.stringContaining("node-role.kubernetes.io/") as unknown };
    const usual = { disable: false, replicas: 1, nodeSelector: {}, tolerations: [role, role, role] };
    const spec = cluster["spec"] as Readonly<Record<string, object>>;
    for (const key of ["keystone", "regionServer", "glance", "apiGateway", "web", "victoriaMetrics", "climc", "notify"])
      expect(spec).toMatchObject({ [key]: usual });
    expect(spec["keystone"]).toMatchObject({
      image: "registry.hub.docker.com/yunion/keystone:latest",
      imagePullPolicy: "IfNotPresent",
      publicService: { nodePort: 30500 },
      adminService: { nodePort: 30357 },
    });
    expect(spec["glance"]).toMatchObject({ requests: { storage: "100G" }, storageClassName: "local-path" });
    expect(spec["victoriaMetrics"]).toMatchObject({ requests: { storage: "20G" }, retentionPeriodDays: 93 });
    expect(spec["cronjobTest"]).toMatchObject({ disable: true, schedule: "*/1 * * * *" });
  });

  it("is shown by kubectl get oc with version, readiness, state, message and age", async () => {
    const [header = "", row = ""] = (await installation.plane.kubectl(["get", "oc", "-n", namespace])).split("\n");
    expect(header.split(/\s+/)).toEqual(["NAME", "VERSION", "READY", "STATUS", "MESSAGE", "AGE"]);
    expect(row).toMatch(new RegExp(`^${name} +latest +13/13 +Ready +[0-9]`));
    expect(await installation.plane.kubectl(["get", "onecloud", "-n", namespace])).toContain(name);
  });

  it("says in conditions that all is well, and what is missing for access from outside", async () => {
    const status = await readStatus({ plane: installation.plane, namespace, name });
    expect(conditionIn(status, "Ready")).toMatchObject({ status: "True", reason: "AllComponentsReady" });
    expect(conditionIn(status, "Progressing")).toMatchObject({ status: "False" });
    expect(conditionIn(status, "Degraded")).toMatchObject({ status: "False" });
    expect(conditionIn(status, "SpecAccepted")).toMatchObject({ status: "True" });
    expect(conditionIn(status, "StorageAsSpecified")).toMatchObject({ status: "True" });
    expect(conditionIn(status, "ExternalAccess")).toMatchObject({
      status: "False",
      message: expect.stringContaining("spec.loadBalancerEndpoint is empty") as unknown,
    });
  });

  it("says of every service which image it runs and how many of its pods are ready", async () => {
    const status = await readStatus({ plane: installation.plane, namespace, name });
    for (const key of ["keystone", "region", "glance", "apiGateway", "web", "victoriaMetrics"])
      expect(status).toMatchObject({ [key]: { phase: "Ready", ready: "1/1", image: expect.any(String) as unknown } });
    expect(status["test"]).toMatchObject({ phase: "Disabled", message: "spec.cronjobTest.disable is true" });
    expect(status["yunionagent"]).toMatchObject({ phase: "Disabled" });
  });

  it("holds no password in its spec but the one that the user wrote", async () => {
    const secret = await getObject(installation.plane, namespace, `secret/${name}-cluster-config`);
    const { OnecloudClusterConfig: document = "", ...single } = textsIn(secret);
    const generated = [...passwordsIn(load(document)), ...Object.values(single)];
    expect(new Set(generated).size).toBeGreaterThan(10);
    const [stored, manifest] = [
      JSON.stringify(cluster),
      await installation.plane.kubectl(["get", "oc", "-A", "-o", "yaml"]),
    ];
    for (const password of generated) {
      expect(stored.includes(password)).toBe(false);
      expect(manifest.includes(password)).toBe(false);
    }
    expect(passwordsIn(cluster["spec"])).toEqual(["your-sql-passwd"]);
  });

  it("names in its spec the Secret in which the generated password of the administrator lies", async () => {
    const { keystone } = cluster["spec"] as { keystone: { bootstrapPasswordSecretRef: { name: string; key: string } } };
    const { name: secretName, key } = keystone.bootstrapPasswordSecretRef;
    const password = textsIn(await getObject(installation.plane, namespace, `secret/${secretName}`))[key] ?? "";
    expect(password).toHaveLength(16);
    const file = textsIn(await getObject(installation.plane, namespace, `secret/${name}-keystone`))["config"];
    expect(file).toContain(`bootstrap_admin_user_password: ${password}\n`);
  });

  it("has told in events what was made and that it is ready", async () => {
    const field = `involvedObject.name=${name}`;
    // Events are written after the status that they are about.
    await eventually(async () => {
      const events = await installation.plane.kubectl(["get", "events", "-n", namespace, "--field-selector", field]);
      expect(events).toMatch(/Normal +Created/);
      expect(events).toMatch(/Normal +Ready/);
    });
  });
});
