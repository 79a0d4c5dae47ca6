import { beforeAll, describe, expect, it } from "vitest";
import { credentialsName } from "../../src/cluster/api/names.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { createNamespace, eventually } from "../support/control-plane.ts";
import { type Installation, insideOnly, startInstallation } from "../support/installation.ts";
import { getObject, untilReady } from "../support/operator.ts";
import { freeAddress, type Listening, untilPasses } from "../support/passes.ts";
import { writesOf } from "../support/requests.ts";
import { type ClusterAt, patchSpec } from "../support/user.ts";
import { textsIn } from "../support/workload.ts";

const annotation = "onecloud.yunion.io/release-defaults";

let installation: Installation;
let metrics: Listening;
let original: ClusterAt;

beforeAll(async () => {
  metrics = await freeAddress();
  installation = await startInstallation({ metrics, resyncMs: 500 });
  const own = { version: "v3.11.4", regionServer: { ...insideOnly()["regionServer"], replicas: 2 } };
  original = await installation.install({ ...insideOnly(), ...own });
  await ready(original);
  return () => installation.end();
});

async function ready({ plane, namespace, name }: ClusterAt): Promise<KubeObject> {
  return await untilReady(plane, namespace, name);
}

async function specOf({ plane, namespace, name }: ClusterAt): Promise<Readonly<Record<string, unknown>>> {
  const { spec } = await getObject(plane, namespace, `onecloudcluster/${name}`);
  return spec as Readonly<Record<string, unknown>>;
}

/** What the operator writes to the cluster itself, in the order of the requests, `update` and `patch`. */
async function clusterWrites({ plane, namespace }: ClusterAt, since: Date): Promise<readonly string[]> {
  const writes = await writesOf(plane, { ...installation.operator, since });
  const own = writes.filter((line) => line.includes(`/namespaces/${namespace}/onecloudclusters/prod?`));
  return own.map((line) => line.split(" ")[0] ?? "");
}

/** Does something again and again, and lets the operator look at the outcome every time. */
async function times(count: number, act: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < count; time++) {
    await act();
    // Two for each of two clusters: one may have begun before, and the other one has seen the act.
    await untilPasses(metrics, 4);
  }
}

async function imageOf(cluster: ClusterAt): Promise<unknown> {
  return ((await specOf(cluster))["keystone"] as { readonly image?: string }).image;
}

/** Makes the cluster anew in another namespace from what `kubectl get -o yaml` shows, with its credentials. */
async function restored(from: ClusterAt, make = create): Promise<ClusterAt> {
  const { plane } = from;
  const namespace = await createNamespace(plane, "restored");
  const secret = await getObject(plane, from.namespace, `secret/${credentialsName("prod")}`);
  const cluster = await getObject(plane, from.namespace, "onecloudcluster/prod");
  await plane.kubectl(["create", "--filename", "-"], JSON.stringify(copyOf(secret, namespace)));
  await make({ ...from, namespace }, copyOf(cluster, namespace));
  return { ...from, namespace };
}

async function create({ plane }: ClusterAt, object: KubeObject): Promise<void> {
  await plane.kubectl(["create", "--filename", "-"], JSON.stringify(object));
}

/** The object as a backup holds it, for another namespace. */
function copyOf({ status: _status, metadata, ...object }: KubeObject, namespace: string): KubeObject {
  const { name, labels = {}, annotations = {} } = metadata;
  return { ...object, metadata: { name, namespace, labels, annotations } };
}

describe("a cluster restored from what kubectl shows of it", () => {
  let cluster: ClusterAt;
  let since: Date;

  beforeAll(async () => {
    since = new Date();
    cluster = await restored(original);
    await ready(cluster);
    return async () => {
      await cluster.plane.kubectl(["delete", "onecloudcluster/prod", "--namespace", cluster.namespace]);
    };
  });

  it("gets its defaults back by two writes, and is left alone then", async () => {
    await untilPasses(metrics, 3);
    expect(await clusterWrites(cluster, since)).toEqual(["update", "patch"]);
  });

  it("has the passwords that it had", async () => {
    const read = async ({ plane, namespace }: ClusterAt) =>
      textsIn(await getObject(plane, namespace, `secret/${credentialsName("prod")}`));
    expect(await read(cluster)).toEqual(await read(original));
  });

  it("follows a new version, but for what its owner had chosen", async () => {
    await patchSpec(cluster, { version: "v3.11.5" });
    await ready(cluster);
    expect(await imageOf(cluster)).toMatch(/:v3\.11\.5$/);
    expect(await specOf(cluster)).toMatchObject({ regionServer: { replicas: 2 } });
  });
});

describe("the annotation release-defaults", () => {
  async function pin(image: string): Promise<void> {
    await applyAs("somebody", { keystone: { image } }, ["--force-conflicts"]);
  }

  it("releases what nobody asked for, once, and goes", async () => {
    const image = String(await imageOf(original));
    await pin(image);
    await patchSpec(original, { version: "v3.11.6" });
    await ready(original);
    expect(await imageOf(original)).toBe(image);
    await patchSpec(original, { version: "v3.11.4" });
    const since = new Date();
    await original.plane.kubectl(["annotate", "onecloudcluster/prod", `${annotation}=true`, "-n", original.namespace]);
    await eventually(async () => {
      const { metadata } = await getObject(original.plane, original.namespace, "onecloudcluster/prod");
      expect(metadata.annotations).not.toHaveProperty([annotation]);
    });
    await untilPasses(metrics, 3);
    expect(await clusterWrites(original, since)).toContain("update");
    expect((await clusterWrites(original, since)).filter((verb) => verb === "update")).toHaveLength(1);
    await patchSpec(original, { version: "v3.11.6" });
    await ready(original);
    expect(await imageOf(original)).toMatch(/:v3\.11\.6$/);
    expect(await specOf(original)).toMatchObject({ regionServer: { replicas: 2 } });
  });
});

/** Applies a part of the spec by server-side apply, as a tool does that keeps it in Git. */
async function applyAs(manager: string, spec: object, more: readonly string[] = []): Promise<void> {
  await applyTo(original, manager, spec, more);
}

async function applyTo(
  { plane, namespace }: ClusterAt,
  ...[manager, spec, more]: readonly [manager: string, spec: object, more: readonly string[]]
): Promise<void> {
  const part = {
    apiVersion: "onecloud.yunion.io/v1alpha1",
    kind: "OnecloudCluster",
    metadata: { name: "prod", namespace },
    spec,
  };
  const args = ["apply", "--server-side", `--field-manager=${manager}`, ...more, "--filename", "-"];
  await plane.kubectl(args, JSON.stringify(part));
}

describe("a tool that applies the cluster again and again", () => {
  it("is refused where it sets another value than a default, unless it forces conflicts", async () => {
    const before = await specOf(original);
    const since = new Date();
    await times(3, async () => {
      const refused = applyAs("gitops", { notify: { replicas: 2 } });
      await expect(refused).rejects.toThrow(/conflict with "onecloud-operator-defaults".*\.spec\.notify\.replicas/s);
    });
    expect(await specOf(original)).toEqual(before);
    expect(await clusterWrites(original, since)).toEqual([]);
  });

  it("has its way when it forces conflicts: the operator writes nothing against it", async () => {
    const force = ["--force-conflicts"];
    await applyAs("gitops", { notify: { replicas: 2, imagePullPolicy: "Always" } }, force);
    await ready(original);
    const since = new Date();
    await times(3, () => applyAs("gitops", { notify: { replicas: 2, imagePullPolicy: "Always" } }, force));
    expect(await clusterWrites(original, since)).toEqual([]);
    expect(await specOf(original)).toMatchObject({ notify: { replicas: 2, imagePullPolicy: "Always" } });
  });

  it("keeps what stands in its file of a restored cluster, and is not fought over it", async () => {
    const force = ["--force-conflicts"];
    const whole = await specOf(original);
    const applied = await restored(original, (cluster, { spec }) => applyTo(cluster, "gitops", spec as object, force));
    await ready(applied);
    const again = (): Promise<void> => applyTo(applied, "gitops", whole, force);
    await times(1, again);
    const since = new Date();
    await times(3, again);
    expect(await clusterWrites(applied, since)).toEqual([]);
    expect(await specOf(applied)).toEqual(whole);
    await applied.plane.kubectl(["delete", "onecloudcluster/prod", "--namespace", applied.namespace]);
  });

  it("gives a field back to its default by leaving it out", async () => {
    await applyAs("gitops", { notify: { replicas: 2 } });
    await eventually(async () =>
      expect(await specOf(original)).toMatchObject({ notify: { replicas: 2, imagePullPolicy: "IfNotPresent" } }),
    );
  });
});
