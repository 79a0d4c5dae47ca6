import { beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { childrenOf, generationsOf } from "../support/children.ts";
import { eventually } from "../support/control-plane.ts";
import { type Installation, insideOnly, startInstallation } from "../support/installation.ts";
import { getObject, untilReady } from "../support/operator.ts";
import { type ClusterAt, patchSpec, readStatus, untilStatus } from "../support/user.ts";
import { imagesIn, textsIn } from "../support/workload.ts";

let installation: Installation;
let cluster: ClusterAt;

beforeAll(async () => {
  installation = await startInstallation();
  cluster = await installation.install(insideOnly());
  await ready();
  return () => installation.end();
});

async function ready(): Promise<void> {
  await untilReady(cluster.plane, cluster.namespace, cluster.name);
}

async function child(what: string): Promise<KubeObject> {
  return await getObject(cluster.plane, cluster.namespace, what);
}

async function children(): Promise<ReadonlyMap<string, KubeObject>> {
  return await childrenOf(cluster.plane, cluster.namespace);
}

/** Labels of the objects of one component, sorted. */
async function objectsOf(type: string): Promise<readonly string[]> {
  return [...(await children()).keys()].filter((label) => label.endsWith(` prod-${type}`)).toSorted();
}

async function optionFileOf(type: string): Promise<string> {
  return textsIn(await child(`secret/prod-${type}`))["config"] ?? "";
}

/** Labels of the objects whose wish is another one after the work, sorted. */
async function changedBy(work: () => Promise<void>): Promise<readonly string[]> {
  const before = generationsOf(await children());
  await work();
  const after = generationsOf(await children());
  const labels = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...labels].filter((label) => before[label] !== after[label]).toSorted();
}

describe("a service that is disabled", () => {
  let claim: KubeObject;
  let credentials: KubeObject;

  it("is stopped: workload, Service and option file go, while claim and credentials stay", async () => {
    claim = await child("persistentvolumeclaim/prod-glance");
    credentials = await child("secret/prod-cluster-config");
    const changed = await changedBy(async () => {
      await patchSpec(cluster, { glance: { disable: true } });
      await eventually(async () => expect(await objectsOf("glance")).toEqual(["PersistentVolumeClaim prod-glance"]));
      await ready();
    });
    expect(changed).toEqual(["Deployment prod-glance", "Secret prod-glance", "Service prod-glance"]);
    expect(await child("persistentvolumeclaim/prod-glance")).toMatchObject({
      metadata: { uid: claim.metadata.uid },
      status: { phase: "Bound" },
    });
  });

  it("is named in the status as disabled, with the reason, and does not keep the platform from being ready", async () => {
    const status = await readStatus(cluster);
    expect(status["glance"]).toEqual({
      phase: "Disabled",
      reason: "Disabled",
      message: "spec.glance.disable is true",
    });
    expect(status).toMatchObject({ phase: "Ready", ready: "12/12" });
  });

  it("comes back on the same volume and with the same credentials when it is enabled", async () => {
    await patchSpec(cluster, { glance: { disable: false } });
    await ready();
    expect(await objectsOf("glance")).toEqual([
      "Deployment prod-glance",
      "PersistentVolumeClaim prod-glance",
      "Secret prod-glance",
      "Service prod-glance",
    ]);
    const after = await child("persistentvolumeclaim/prod-glance");
    expect(after.metadata.uid).toBe(claim.metadata.uid);
    expect(after["spec"]).toEqual(claim["spec"]);
    expect((await child("secret/prod-cluster-config"))["data"]).toEqual(credentials["data"]);
    expect((await readStatus(cluster))["glance"]).toMatchObject({ phase: "Ready", ready: "1/1" });
  });
});

describe("options of a service", () => {
  it("reach its file, and restart that service alone", async () => {
    const changed = await changedBy(async () => {
      await patchSpec(cluster, { notify: { options: { log_level: "debug", workers: 3, nested: { key: "value" } } } });
      await ready();
    });
    expect(await optionFileOf("notify")).toContain("log_level: debug\n");
    expect(await optionFileOf("notify")).toContain("nested:\n  key: value\n");
    expect(changed).toEqual(["Deployment prod-notify", "Secret prod-notify"]);
  });

  it("win over what the operator writes, which comes back when they are taken out", async () => {
    await patchSpec(cluster, { notify: { options: { region: "elsewhere" } } });
    await ready();
    expect(await optionFileOf("notify")).toContain("region: elsewhere\n");
    await patchSpec(cluster, { notify: { options: null } });
    await ready();
    expect(await optionFileOf("notify")).toContain("region: region0\n");
  });

  it("are refused by the API server, with the reason, where the service reads no YAML file", async () => {
    await expect(patchSpec(cluster, { web: { options: { worker_processes: 4 } } })).rejects.toThrow(
      "spec.web.options has no effect, because the component reads no YAML option file: take it out",
    );
  });
});

describe("read-only copies of keystone", () => {
  it("run beside it with a Service of their own while the spec asks for some", async () => {
    await patchSpec(cluster, { keystone: { slave_replicas: 2 } });
    await ready();
    expect(await objectsOf("keystone-slave")).toEqual([
      "Deployment prod-keystone-slave",
      "PodDisruptionBudget prod-keystone-slave",
      "Service prod-keystone-slave",
    ]);
    expect(await child("deployment/prod-keystone-slave")).toMatchObject({ status: { availableReplicas: 2 } });
    expect((await readStatus(cluster))["keystone"]).toMatchObject({ ready: "3/3" });
  });

  it("are gone when it asks for none", async () => {
    await patchSpec(cluster, { keystone: { slave_replicas: 0 } });
    await eventually(async () => expect(await objectsOf("keystone-slave")).toEqual([]));
    await ready();
    expect((await readStatus(cluster))["keystone"]).toMatchObject({ ready: "1/1" });
  });
});

describe("the CronJob that greets", () => {
  it("is there with its file once it is enabled", async () => {
    await patchSpec(cluster, { cronjobTest: { disable: false } });
    await ready();
    expect(await objectsOf("test")).toEqual(["ConfigMap prod-test", "CronJob prod-test"]);
    const { spec } = await child("cronjob/prod-test");
    expect(spec).toMatchObject({ schedule: "*/1 * * * *" });
    expect(imagesIn(await children())["CronJob prod-test/test"]).toMatch(/\/test:latest$/);
    expect((await readStatus(cluster))["test"]).toMatchObject({ phase: "Ready" });
  });

  it("follows its schedule", async () => {
    await patchSpec(cluster, { cronjobTest: { schedule: "0 3 * * *" } });
    await ready();
    expect(await child("cronjob/prod-test")).toHaveProperty("spec.schedule", "0 3 * * *");
  });

  it("is gone when it is disabled again", async () => {
    await patchSpec(cluster, { cronjobTest: { disable: null } });
    await eventually(async () => expect(await objectsOf("test")).toEqual([]));
    await ready();
  });
});

describe("the place of option files", () => {
  /** Labels of the objects that hold an option file, without those of web and climc, which hold no credential. */
  async function files(kind: string): Promise<readonly string[]> {
    const labels = [...(await children()).keys()].filter((label) => label.startsWith(`${kind} `));
    return labels.filter((label) => !/-(web|climc|cluster-config)$/.test(label));
  }

  it("can be switched to ConfigMaps: same text, and no Secret but that of the credentials stays", async () => {
    const before = await optionFileOf("keystone");
    expect(await files("ConfigMap")).toEqual([]);
    await patchSpec(cluster, { optionFiles: { storage: "ConfigMap" } });
    await ready();
    expect(await files("Secret")).toEqual([]);
    expect((await files("ConfigMap")).length).toBe(10);
    expect(textsIn(await child("configmap/prod-keystone"))).toEqual({ config: before });
    expect(await child("deployment/prod-keystone")).toHaveProperty(
      "spec.template.spec.volumes",
      expect.arrayContaining([expect.objectContaining({ configMap: expect.anything() as unknown })]),
    );
    expect((await children()).has("Secret prod-cluster-config")).toBe(true);
  });

  it("can be switched back to Secrets, and no password stays in a ConfigMap", async () => {
    await patchSpec(cluster, { optionFiles: { storage: "Secret" } });
    await ready();
    expect(await files("ConfigMap")).toEqual([]);
    expect((await files("Secret")).length).toBe(10);
  });
});

describe("edition and product", () => {
  async function annotate(edition: string): Promise<void> {
    const { plane, namespace } = cluster;
    const annotation = `onecloud.yunion.io/edition=${edition}`;
    await plane.kubectl(["annotate", "onecloudcluster/prod", "--namespace", namespace, "--overwrite", annotation]);
  }

  it("ee brings yunionagent to every node for controllers, and the images of the enterprise", async () => {
    await annotate("ee");
    await untilStatus(cluster, ({ yunionagent, phase, ready: count }) => {
      expect(yunionagent).toMatchObject({ phase: "Ready", ready: "1/1" });
      expect([phase, count]).toEqual(["Ready", "14/14"]);
    });
    const images = imagesIn(await children());
    expect(images["DaemonSet prod-yunionagent/yunionagent"]).toMatch(/\/yunionagent:latest$/);
    expect(images["Deployment prod-region/region"]).toMatch(/\/region-ee:latest$/);
    expect(images["Deployment prod-web/web"]).toMatch(/\/web-ee:latest$/);
    expect(images["Deployment prod-keystone/keystone"]).toMatch(/\/keystone:latest$/);
  });

  it("that nobody knows is said to be none, and nothing is changed", async () => {
    const changed = await changedBy(async () => {
      await annotate("gold");
      await untilStatus(cluster, ({ phase, message }) => {
        expect(phase).toBe("Invalid");
        expect(message).toBe("annotation onecloud.yunion.io/edition is gold: set it to one of ce, ce/support, ee");
      });
    });
    expect(changed).toEqual([]);
  });

  it("ce takes yunionagent and the images of the enterprise away again", async () => {
    await annotate("ce");
    await eventually(async () => expect(await objectsOf("yunionagent")).toEqual([]));
    await untilStatus(cluster, ({ phase, ready: count }) => phase === "Ready" && count === "13/13");
    expect(imagesIn(await children())["Deployment prod-region/region"]).toMatch(/\/region:latest$/);
  });

  it("CMP runs, and glance converts images for other clouds", async () => {
    await patchSpec(cluster, { productVersion: "CMP" });
    await ready();
    expect(await optionFileOf("glance")).toContain("target_image_formats:\n  - qcow2\n  - vmdk\n");
  });

  it("that nobody knows is refused by the API server, with those that it may be", async () => {
    await expect(patchSpec(cluster, { productVersion: "Everything" })).rejects.toThrow(
      'spec.productVersion: Unsupported value: "Everything": supported values: "FullStack", "CMP"',
    );
  });
});
