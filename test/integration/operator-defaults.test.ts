import { beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { childrenOf } from "../support/children.ts";
import { eventually } from "../support/control-plane.ts";
import { type Installation, insideOnly, manifestOf, startInstallation } from "../support/installation.ts";
import { getObject, untilReady } from "../support/operator.ts";
import { applyObject, type ClusterAt, patchSpec } from "../support/user.ts";
import { containersIn, imagesIn } from "../support/workload.ts";

const registry = "registry.hub.docker.com/yunion";
const own = "registry.example.com/our";

let installation: Installation;
let cluster: ClusterAt;

/** What the user writes at first: glance has an image of its own, and notify is the one service that is reached from outside. */
const written = { ...insideOnly(), notify: {} };
const glance = { ...insideOnly()["glance"], image: `${own}/glance:tuned` };

beforeAll(async () => {
  installation = await startInstallation();
  cluster = await installation.install({ ...written, glance });
  await ready();
  return () => installation.end();
});

async function ready(): Promise<KubeObject> {
  return await untilReady(cluster.plane, cluster.namespace, cluster.name);
}

async function child(what: string): Promise<KubeObject> {
  return await getObject(cluster.plane, cluster.namespace, what);
}

async function imageOf(type: string): Promise<string | undefined> {
  return containersIn(await child(`deployment/prod-${type}`)).find(({ name }) => name === type)?.image;
}

async function patchAsJson(operations: readonly object[]): Promise<void> {
  const { plane, namespace } = cluster;
  const patch = JSON.stringify(operations);
  await plane.kubectl(["patch", "onecloudcluster/prod", "--namespace", namespace, "--type", "json", "--patch", patch]);
}

describe("a new version", () => {
  it("is run by every service, but for images that follow another version and those that the user chose", async () => {
    await patchSpec(cluster, { version: "v3.11.4" });
    await ready();
    const images = imagesIn(await childrenOf(cluster.plane, cluster.namespace));
    const { "Deployment prod-glance/glance": chosen, "Deployment prod-glance/init": init, ...others } = images;
    expect([chosen, init]).toEqual([`${own}/glance:tuned`, `${own}/glance:tuned`]);
    const { "Deployment prod-victoria-metrics/victoria-metrics": metrics, ...rest } = others;
    const { "Deployment prod-webconsole/guacd": guacd, ...following } = rest;
    expect([metrics, guacd]).toEqual([`${registry}/victoria-metrics:v1.129.1-1`, `${registry}/guacd:1.6.0`]);
    expect(Object.keys(following).length).toBeGreaterThan(11);
    expect(Object.entries(following).filter(([, image]) => !image.endsWith(":v3.11.4"))).toEqual([]);
  });

  it("shows in the spec too", async () => {
    const { spec } = await ready();
    expect(spec).toMatchObject({
      version: "v3.11.4",
      keystone: { image: `${registry}/keystone:v3.11.4` },
      glance: { image: `${own}/glance:tuned` },
    });
  });

  it("is the default one again when the user takes it out", async () => {
    await patchAsJson([{ op: "remove", path: "/spec/version" }]);
    await eventually(async () => expect((await ready())["spec"]).toMatchObject({ version: "latest" }));
    expect(await imageOf("keystone")).toBe(`${registry}/keystone:latest`);
  });
});

describe("an image that a person chose", () => {
  it("is run, and kept when the version changes", async () => {
    await patchSpec(cluster, { keystone: { image: `${own}/keystone:fixed` } });
    await ready();
    expect(await imageOf("keystone")).toBe(`${own}/keystone:fixed`);
    await patchSpec(cluster, { version: "v3.11.5" });
    await ready();
    expect(await imageOf("keystone")).toBe(`${own}/keystone:fixed`);
    expect(await imageOf("region")).toBe(`${registry}/region:v3.11.5`);
  });

  it("gives way to that of the version when it is taken out with an editor", async () => {
    await patchAsJson([{ op: "remove", path: "/spec/keystone/image" }]);
    await eventually(async () => expect(await imageOf("keystone")).toBe(`${registry}/keystone:v3.11.5`));
    expect((await ready())["spec"]).toMatchObject({ keystone: { image: `${registry}/keystone:v3.11.5` } });
  });

  it("that was written with kubectl apply stays when the version changes", async () => {
    const logger = { ...insideOnly()["logger"], image: `${own}/logger:tuned` };
    await applyObject(cluster.plane, manifestOf(cluster.namespace, { ...written, glance, logger }));
    await ready();
    await patchSpec(cluster, { version: "v3.11.6" });
    await ready();
    expect(await imageOf("logger")).toBe(`${own}/logger:tuned`);
    expect(await imageOf("yunionconf")).toBe(`${registry}/yunionconf:v3.11.6`);
  });

  it("gives way to that of the version when kubectl apply brings a manifest without it", async () => {
    await applyObject(cluster.plane, manifestOf(cluster.namespace, written));
    await eventually(async () => expect(await imageOf("logger")).toBe(`${registry}/logger:v3.11.6`));
    await eventually(async () => expect(await imageOf("glance")).toBe(`${registry}/glance:v3.11.6`));
    await ready();
  });

  it("follows the version when the user only names another registry for it", async () => {
    await patchSpec(cluster, { climc: { repository: own } });
    await ready();
    expect(await imageOf("climc")).toBe(`${own}/climc:v3.11.6`);
    await patchSpec(cluster, { climc: { repository: null } });
    await ready();
    expect(await imageOf("climc")).toBe(`${registry}/climc:v3.11.6`);
  });
});

describe("a value that a person wrote in place of a default", () => {
  const tolerations = [{ key: "example.com/only", operator: "Exists" }];
  const choice = {
    regionServer: { replicas: 2 },
    web: { tolerations },
    yunionconf: { nodeSelector: { "node-role.kubernetes.io/master": "" } },
    notify: { service: { nodePort: 31777 } },
    victoriaMetrics: { rententionPeriodDays: 30 },
  };

  async function args(): Promise<readonly string[]> {
    return containersIn(await child("deployment/prod-victoria-metrics"))[0]?.args ?? [];
  }

  it("is what runs: replicas, tolerations, node selector, node port, retention", async () => {
    await patchSpec(cluster, choice);
    await ready();
    expect(await child("deployment/prod-region")).toHaveProperty("spec.replicas", 2);
    expect(await child("deployment/prod-web")).toHaveProperty("spec.template.spec.tolerations", tolerations);
    expect(await child("deployment/prod-yunionconf")).toMatchObject({
      spec: { template: { spec: { nodeSelector: { "node-role.kubernetes.io/master": "" } } } },
    });
    expect(await child("service/prod-notify")).toMatchObject({ spec: { ports: [{ port: 31777, nodePort: 31777 }] } });
    expect(await args()).toContain("--retentionPeriod=30d");
  });

  it("stays as it was written when the version changes", async () => {
    await patchSpec(cluster, { version: "v3.11.7" });
    expect((await ready())["spec"]).toMatchObject(choice);
    expect(await child("deployment/prod-region")).toHaveProperty("spec.replicas", 2);
    expect(await child("deployment/prod-web")).toHaveProperty("spec.template.spec.tolerations", tolerations);
  });

  it("under the reference's spelling keeps the right spelling empty, which wins once the user writes it", async () => {
    expect((await ready())["spec"]).not.toHaveProperty("victoriaMetrics.retentionPeriodDays");
    await patchSpec(cluster, { victoriaMetrics: { retentionPeriodDays: 60 } });
    const { spec } = await ready();
    expect(spec).toMatchObject({ victoriaMetrics: { retentionPeriodDays: 60, rententionPeriodDays: 30 } });
    expect(await args()).toContain("--retentionPeriod=60d");
  });

  it("gives way to the default when it is taken out", async () => {
    await patchSpec(cluster, {
      regionServer: { replicas: null },
      web: { tolerations: null },
      yunionconf: { nodeSelector: null },
      notify: { service: { nodePort: null } },
      victoriaMetrics: { retentionPeriodDays: null, rententionPeriodDays: null },
    });
    await eventually(async () => {
      const { spec } = await ready();
      expect(spec).toMatchObject({
        regionServer: { replicas: 1 },
        yunionconf: { nodeSelector: {} },
        notify: { service: { nodePort: 30777 } },
        victoriaMetrics: { retentionPeriodDays: 93 },
      });
      expect(spec).toHaveProperty("web.tolerations.length", 3);
      expect(spec).not.toHaveProperty("victoriaMetrics.rententionPeriodDays");
    });
    expect(await child("deployment/prod-region")).toHaveProperty("spec.replicas", 1);
    expect(await child("deployment/prod-web")).toHaveProperty("spec.template.spec.tolerations.length", 3);
    expect(await child("deployment/prod-yunionconf")).not.toHaveProperty("spec.template.spec.nodeSelector");
    expect(await child("service/prod-notify")).toMatchObject({ spec: { ports: [{ port: 30777, nodePort: 30777 }] } });
    expect(await args()).toContain("--retentionPeriod=93d");
  });
});
