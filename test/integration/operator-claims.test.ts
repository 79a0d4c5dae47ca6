import { beforeAll, describe, expect, it } from "vitest";
import type { Condition } from "../../src/cluster/api/status.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { childrenOf, generationsOf } from "../support/children.ts";
import { eventually } from "../support/control-plane.ts";
import { type Installation, insideOnly, startInstallation } from "../support/installation.ts";
import { getObject, untilReady } from "../support/operator.ts";
import { type ClusterAt, conditionIn, patchSpec, readStatus, untilReason } from "../support/user.ts";

let installation: Installation;

beforeAll(async () => {
  installation = await startInstallation();
  return () => installation.end();
});

async function installed(spec: object): Promise<ClusterAt> {
  const cluster = await installation.install({ ...insideOnly(), ...spec });
  await untilReady(cluster.plane, cluster.namespace, cluster.name);
  return cluster;
}

async function claimsOf({ plane, namespace }: ClusterAt): Promise<ReadonlyMap<string, KubeObject>> {
  const claims = [...(await childrenOf(plane, namespace))].filter(([, { kind }]) => kind === "PersistentVolumeClaim");
  return new Map(claims.map(([, claim]) => [claim.metadata.name, claim]));
}

/** Does the work and fails when the operator changed an object of the cluster meanwhile. */
async function withoutChange({ plane, namespace, name }: ClusterAt, work: () => Promise<void>): Promise<void> {
  const before = generationsOf(await childrenOf(plane, namespace));
  await work();
  await untilReady(plane, namespace, name);
  expect(generationsOf(await childrenOf(plane, namespace))).toEqual(before);
}

async function untilAsSpecified(cluster: ClusterAt): Promise<Condition> {
  return await untilReason(cluster, "StorageAsSpecified", "AsSpecified");
}

describe("the size of a volume", () => {
  let cluster: ClusterAt;
  let claim: KubeObject;

  beforeAll(async () => {
    cluster = await installed({});
    claim = await getObject(cluster.plane, cluster.namespace, "persistentvolumeclaim/prod-glance");
  });

  it("grows with what the spec asks for, and it stays the same volume", async () => {
    const { plane, namespace, name } = cluster;
    await patchSpec(cluster, { glance: { requests: { storage: "150G" } } });
    await eventually(async () => {
      const grown = await getObject(plane, namespace, "persistentvolumeclaim/prod-glance");
      expect(grown["status"]).toMatchObject({ capacity: { storage: "150G" } });
      expect(grown.metadata.uid).toBe(claim.metadata.uid);
      expect(grown).toHaveProperty("spec.volumeName", (claim["spec"] as { volumeName: string }).volumeName);
    });
    await untilReady(plane, namespace, name);
    await untilAsSpecified(cluster);
  });

  it("never shrinks: a condition names the field, the size that it has and what to write, and glance runs on", async () => {
    await withoutChange(cluster, async () => {
      await patchSpec(cluster, { glance: { requests: { storage: "50G" } } });
      expect(await untilReason(cluster, "StorageAsSpecified", "ClaimCannotShrink")).toMatchObject({
        status: "False",
        message:
          "spec.glance.requests.storage asks for 50G, but claim prod-glance has 150G and volumes cannot shrink: " +
          "set requests.storage to 150G or more",
      });
    });
    expect(await readStatus(cluster)).toMatchObject({ phase: "Ready", glance: { phase: "Ready", ready: "1/1" } });
  });

  it("is as specified again when the spec asks for what there is, in whatever unit", async () => {
    await withoutChange(cluster, async () => {
      await patchSpec(cluster, { glance: { requests: { storage: "150000M" } } });
      expect(await untilAsSpecified(cluster)).toMatchObject({ status: "True" });
    });
  });
});

describe("the storage class of a volume", () => {
  let cluster: ClusterAt;

  beforeAll(async () => {
    cluster = await installed({});
  });

  it("stays what it is: a condition names the field, the class and the remedy, and glance keeps its volume", async () => {
    await withoutChange(cluster, async () => {
      await patchSpec(cluster, { glance: { storageClassName: "local-fixed" } });
      const condition = await untilReason(cluster, "StorageAsSpecified", "ClaimCannotChange");
      expect(condition.status).toBe("False");
      expect(condition.message).toContain(
        "spec.glance.storageClassName asks for local-fixed, but claim prod-glance has local-path",
      );
      expect(condition.message).toContain("set storageClassName back to local-path, or disable the component");
    });
    expect([...(await claimsOf(cluster)).keys()]).toEqual(["prod-glance", "prod-victoria-metrics"]);
  });

  it("does not change while glance is disabled, and its data is there when it is enabled", async () => {
    const before = (await claimsOf(cluster)).get("prod-glance");
    await patchSpec(cluster, { glance: { disable: true } });
    await untilAsSpecified(cluster);
    await patchSpec(cluster, { glance: { disable: false } });
    await untilReady(cluster.plane, cluster.namespace, cluster.name);
    await untilReason(cluster, "StorageAsSpecified", "ClaimCannotChange");
    const after = await claimsOf(cluster);
    expect([...after.keys()]).toEqual(["prod-glance", "prod-victoria-metrics"]);
    expect(after.get("prod-glance")?.metadata.uid).toBe(before?.metadata.uid);
  });

  it("is as specified again when the spec names the one that it has", async () => {
    await patchSpec(cluster, { glance: { storageClassName: null } });
    expect(await untilAsSpecified(cluster)).toMatchObject({ status: "True" });
  });

  it("is taken by a claim that is made anew, after the user has removed the old one", async () => {
    const { plane, namespace, name } = cluster;
    await patchSpec(cluster, { glance: { disable: true, storageClassName: "local-immediate" } });
    await untilReady(plane, namespace, name);
    await plane.kubectl(["delete", "persistentvolumeclaim/prod-glance", "--namespace", namespace]);
    await patchSpec(cluster, { glance: { disable: false } });
    await untilReady(plane, namespace, name);
    const { spec } = await getObject(plane, namespace, "persistentvolumeclaim/prod-glance-local-immediate");
    expect(spec).toMatchObject({ storageClassName: "local-immediate" });
    await untilAsSpecified(cluster);
  });
});

describe("a volume of a class that does not let volumes grow", () => {
  let cluster: ClusterAt;
  const claim = "persistentvolumeclaim/prod-glance-local-fixed";

  beforeAll(async () => {
    cluster = await installed({ glance: { ...insideOnly()["glance"], storageClassName: "local-fixed" } });
  });

  it("stays as large as it is: a condition names field, size and remedy, and the platform is ready", async () => {
    await withoutChange(cluster, async () => {
      await patchSpec(cluster, { glance: { requests: { storage: "300G" } } });
      const condition = await untilReason(cluster, "StorageAsSpecified", "ClaimNotExpanded");
      expect(condition.status).toBe("False");
      expect(condition.message).toContain(
        "spec.glance.requests.storage asks for 300G, but claim prod-glance-local-fixed has 100G, and expansion is refused",
      );
      expect(condition.message).toContain("set requests.storage back to 100G");
    });
    expect(await readStatus(cluster)).toMatchObject({ phase: "Ready", glance: { phase: "Ready", ready: "1/1" } });
  });

  it("still gets back the labels that somebody took from it", async () => {
    const { plane, namespace } = cluster;
    await plane.kubectl(["label", claim, "--namespace", namespace, "app.kubernetes.io/component-"]);
    await eventually(async () => {
      const { metadata } = await getObject(plane, namespace, claim);
      expect(metadata.labels).toMatchObject({ "app.kubernetes.io/component": "glance" });
    });
  });

  it("is as specified again when the spec asks for what there is", async () => {
    await patchSpec(cluster, { glance: { requests: { storage: null } } });
    await untilAsSpecified(cluster);
    expect(conditionIn(await readStatus(cluster), "Ready")).toMatchObject({ status: "True" });
  });
});
