import { beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { childrenOf, generationsOf } from "../support/children.ts";
import { componentOf } from "../support/cluster-scope.ts";
import { eventually, hasRolesOnly } from "../support/control-plane.ts";
import { type Installation, insideOnly, startInstallation } from "../support/installation.ts";
import { coreComponents, getObject, untilReady } from "../support/operator.ts";
import {
  applyObject,
  type ClusterAt,
  conditionIn,
  editByHand,
  patchSpec,
  untilReason,
  untilStatus,
} from "../support/user.ts";

const components = [...coreComponents, ...["ovn-north", "host", "telegraf", "esxi-agent"].map(componentOf)];

let installation: Installation;
let cluster: ClusterAt;

beforeAll(async () => {
  installation = await startInstallation({ components });
  cluster = await installation.install({ ...insideOnly(components), cronjobTest: { disable: false } });
  await ready();
  return () => installation.end();
});

async function ready(): Promise<void> {
  await untilReady(cluster.plane, cluster.namespace, cluster.name);
}

async function child(what: string): Promise<KubeObject> {
  return await getObject(cluster.plane, cluster.namespace, what);
}

async function generations(): Promise<Readonly<Record<string, string>>> {
  return generationsOf(await childrenOf(cluster.plane, cluster.namespace));
}

/** Labels of the objects of these kinds, sorted. */
async function namesOf(...kinds: readonly string[]): Promise<readonly string[]> {
  const names = [...(await childrenOf(cluster.plane, cluster.namespace)).keys()];
  return names.filter((name) => kinds.includes(name.split(" ")[0] ?? "")).toSorted();
}

const workloads = ["Deployment", "StatefulSet", "DaemonSet"];

describe("a cluster whose services are stopped", () => {
  let before: Readonly<Record<string, string>>;

  it("loses its workloads, but for those that virtual machines need, and nothing else", async () => {
    before = await generations();
    await patchSpec(cluster, { stopServices: true });
    await untilStatus(cluster, ({ phase }) => phase === "Stopped");
    await eventually(async () =>
      expect(await namesOf(...workloads)).toEqual(["DaemonSet prod-host", "Deployment prod-ovn-north"]),
    );
    const { "CronJob prod-test": _, ...after } = await generations();
    expect(before).toMatchObject(after);
    const kept = Object.keys(before).filter((name) => !workloads.includes(name.split(" ")[0] ?? ""));
    expect(Object.keys(after)).toEqual(expect.arrayContaining(kept.filter((name) => name !== "CronJob prod-test")));
    expect((await child("cronjob/prod-test"))["spec"]).toMatchObject({ suspend: true });
  });

  it("says that it is stopped and how it is started again, and does not call that a failure", async () => {
    const status = await untilStatus(cluster, ({ phase }) => phase === "Stopped");
    expect(status.message).toBe(
      "spec.stopServices is true, so its services are stopped and their data stays: set it to false to start them again",
    );
    expect(conditionIn(status, "Ready")).toMatchObject({ status: "False", reason: "Stopped", message: status.message });
    expect(conditionIn(status, "Degraded")).toMatchObject({ status: "False" });
    expect(status["keystone"]).toMatchObject({ phase: "Stopped", reason: "Stopped" });
    expect(status["ovnNorth"]).toMatchObject({ phase: "Ready", ready: "1/1" });
    expect((await child("persistentvolumeclaim/prod-glance"))["status"]).toMatchObject({ phase: "Bound" });
  });

  it("comes back as it was, on its data", async () => {
    await patchSpec(cluster, { stopServices: null });
    await ready();
    const after = await generations();
    expect(Object.keys(after).toSorted()).toEqual(Object.keys(before).toSorted());
    expect(after["PersistentVolumeClaim prod-glance"]).toEqual(before["PersistentVolumeClaim prod-glance"]);
    expect((await child("cronjob/prod-test"))["spec"]).not.toMatchObject({ suspend: true });
  });
});

describe("the Ingress of the web front", () => {
  const ingress = {
    className: "public",
    host: "cloud.example.com",
    tlsSecretName: "cloud-tls",
    annotations: { a: "b" },
  };

  it("gets class, host, certificate and annotations of the spec, and gives them back", async () => {
    await patchSpec(cluster, { ingress });
    await eventually(async () => {
      expect(await child("ingress/prod-web")).toMatchObject({
        metadata: { annotations: { a: "b", "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS" } },
        spec: {
          ingressClassName: "public",
          rules: [{ host: "cloud.example.com" }],
          tls: [{ hosts: ["cloud.example.com"], secretName: "cloud-tls" }],
        },
      });
    });
    await patchSpec(cluster, { ingress: null });
    await eventually(async () => {
      const { spec, metadata } = await child("ingress/prod-web");
      expect(spec).not.toHaveProperty("ingressClassName");
      expect(spec).not.toHaveProperty("rules.0.host");
      expect(spec).toMatchObject({ tls: [{ secretName: "prod-certs" }] });
      expect(metadata.annotations).not.toHaveProperty("a");
    });
    await ready();
  });

  it("is left alone where the spec says so: not repaired, not removed, not made", async () => {
    await patchSpec(cluster, { ingress: { unmanaged: true } });
    await ready();
    await editByHand(cluster, "ingress/prod-web", { spec: { ingressClassName: "mine" } });
    await patchSpec(cluster, { web: { disable: true } });
    await untilStatus(cluster, ({ web }) => expect(web).toMatchObject({ phase: "Disabled" }));
    await ready();
    expect(await child("ingress/prod-web")).toHaveProperty("spec.ingressClassName", "mine");
    await cluster.plane.kubectl(["delete", "ingress/prod-web", "--namespace", cluster.namespace]);
    await patchSpec(cluster, { web: { disable: false } });
    await untilStatus(cluster, ({ web }) => expect(web).toMatchObject({ phase: "Ready" }));
    expect(await namesOf("Ingress")).toEqual([]);
  });

  it("is made again when the spec no longer says so", async () => {
    await patchSpec(cluster, { ingress: null });
    await eventually(async () => expect(await namesOf("Ingress")).toEqual(["Ingress prod-web"]));
    await ready();
  });
});

describe("a service of two pods", () => {
  it("has a budget, and pods that rather run on different nodes", async () => {
    await patchSpec(cluster, { notify: { replicas: 2 } });
    await ready();
    expect(await namesOf("PodDisruptionBudget")).toEqual(["PodDisruptionBudget prod-notify"]);
    await eventually(async () => {
      expect(await child("poddisruptionbudget/prod-notify")).toMatchObject({
        spec: { maxUnavailable: 1 },
        status: { expectedPods: 2, disruptionsAllowed: 1 },
      });
    });
    const spread = { topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" };
    // The pod that there was before may still be on its way out.
    await eventually(async () => {
      const specs = (await podsOf("notify")).map((pod) => pod["spec"]);
      expect(specs).toMatchObject([{ topologySpreadConstraints: [spread] }, { topologySpreadConstraints: [spread] }]);
    });
  });

  it("has neither with one pod", async () => {
    await patchSpec(cluster, { notify: { replicas: 1 } });
    await eventually(async () => expect(await namesOf("PodDisruptionBudget")).toEqual([]));
    await ready();
    expect(await child("deployment/prod-notify")).not.toHaveProperty("spec.template.spec.topologySpreadConstraints");
  });
});

async function podsOf(app: string): Promise<readonly KubeObject[]> {
  const args = ["get", "pods", "--namespace", cluster.namespace, "--selector", `app=${app}`, "--output", "json"];
  return (JSON.parse(await cluster.plane.kubectl(args)) as { readonly items: readonly KubeObject[] }).items;
}

describe.skipIf(hasRolesOnly)("a storage class that does not exist", () => {
  let second: ClusterAt;
  const missing = "placement-missing";
  // Nobody provides its volumes.
  const storageClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: missing },
    provisioner: "example.com/nobody",
  };

  beforeAll(() => async () => {
    await installation.plane.kubectl(["delete", "storageclass", missing, "--ignore-not-found"]);
  });

  it("is told with field, component and choices, and keeps nothing but that component from running", async () => {
    const spec = insideOnly(components);
    const glance = { ...spec["glance"], storageClassName: missing };
    second = await installation.install({ ...spec, ovnNorth: { disable: true }, glance });
    const status = await untilStatus(second, (now) => {
      expect(now["glance"]).toMatchObject({ phase: "Failed", reason: "StorageClassMissing" });
      const others = Object.entries(now).filter(([key]) => key !== "glance");
      expect(JSON.stringify(others)).not.toMatch(/"phase":"(Progressing|Waiting|Failed)"/);
    });
    expect(status.message).toMatch(
      /^glance: spec\.glance\.storageClassName of component glance is placement-missing, .*: choose one of .*local-path.*, or make it$/,
    );
    const names = [...(await childrenOf(second.plane, second.namespace)).keys()];
    expect(names.filter((name) => name.includes("glance"))).toEqual([]);
    expect(names).toContain("PersistentVolumeClaim prod-victoria-metrics");
  });

  it("is found as soon as it is made", async () => {
    await applyObject(second.plane, storageClass);
    await untilStatus(second, ({ glance }) => expect(glance).toMatchObject({ phase: "Progressing", ready: "0/1" }));
    const claim = await getObject(second.plane, second.namespace, `persistentvolumeclaim/prod-glance-${missing}`);
    expect(claim["spec"]).toMatchObject({ storageClassName: missing });
  });
});

describe("a mistake that only the operator sees", () => {
  it.each([
    {
      mistake: "a zone that is not listed",
      made: { esxiagent: { zones: ["west"] } },
      mended: { esxiagent: null },
      message: "spec.esxiagent.zones names west, which is neither spec.zone nor one of spec.customZones",
    },
    {
      mistake: "a malformed quantity",
      made: { glance: { requests: { storage: "100 G" } } },
      mended: { glance: { requests: null } },
      message: "spec.glance.requests.storage must be a quantity of at least zero",
    },
    {
      mistake: "a negative quantity",
      made: { keystone: { limits: { memory: "-1Gi" } } },
      mended: { keystone: { limits: null } },
      message: "spec.keystone.limits.memory must be a quantity of at least zero",
    },
    {
      mistake: "an engine without a server",
      made: { logger: { db_engine: "dameng" } },
      mended: { logger: { db_engine: null } },
      message: "spec.logger.db_engine is dameng, but spec.dameng.host is missing: name the host of the Dameng server",
    },
  ])("is told about $mistake, and nothing is changed", async ({ made, mended, message }) => {
    const before = await generations();
    await patchSpec(cluster, made);
    const condition = await untilReason(cluster, "SpecAccepted", "InvalidSpec");
    expect(condition.message).toContain(message);
    expect(await generations()).toEqual(before);
    await patchSpec(cluster, mended);
    await ready();
    expect(await generations()).toEqual(before);
  });
});
