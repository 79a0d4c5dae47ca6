import { beforeAll, describe, expect, it } from "vitest";
import { components } from "../../../src/cluster/components/index.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { type ControlPlane, createNamespace, eventually, startControlPlane } from "../../support/control-plane.ts";
import {
  clusterManifest,
  getObject,
  startOperator,
  type TestOperator,
  untilDefined,
  untilReady,
} from "../../support/operator.ts";

const types = [
  ...["keystone", "region", "esxi-agent", "baremetal-agent", "ovn-north", "influxdb"],
  ...["host-ovsdb-server", "host-ovs-vswitchd", "host-ovn-controller"],
];

let plane: ControlPlane;
let operator: TestOperator;
let namespace: string;
let cluster: KubeObject;

beforeAll(async () => {
  plane = await startControlPlane();
  operator = await startOperator(plane, { components: components.filter(({ type }) => types.includes(type)) });
  namespace = await createNamespace(plane, "hosts");
  await untilDefined(plane);
  await plane.kubectl(["label", "node", "node-1", "onecloud.yunion.io/host=enable"]);
  const manifest = clusterManifest("prod", namespace, { zone: "north", customZones: ["south", "west"] });
  await plane.kubectl(["apply", "--filename", "-"], JSON.stringify(manifest));
  cluster = await untilReady(plane, namespace, "prod");
  return async () => {
    await operator.stop();
    await plane.stop();
  };
});

async function patch(spec: object): Promise<void> {
  const body = JSON.stringify({ spec });
  const which = ["onecloudcluster/prod", "--namespace", namespace];
  await plane.kubectl(["patch", ...which, "--type", "merge", "--patch", body]);
  cluster = await untilReady(plane, namespace, "prod");
}

/** Names of the Deployments of a component, and how many pods each shall have. */
async function deploymentsOf(type: string): Promise<Readonly<Record<string, number>>> {
  const which = ["deployments", "--namespace", namespace, "--selector", `app=${type}`, "--output", "json"];
  const { items } = JSON.parse(await plane.kubectl(["get", ...which])) as { readonly items: readonly KubeObject[] };
  const entries = items.map(({ metadata, ...object }) => [
    metadata.name,
    (object["spec"] as { readonly replicas: number }).replicas,
  ]);
  return Object.fromEntries(entries) as Record<string, number>;
}

function entryOf(object: KubeObject, statusKey: string): Readonly<Record<string, string>> {
  return (object["status"] as Readonly<Record<string, Record<string, string>>>)[statusKey] ?? {};
}

describe("a platform with several zones", () => {
  it("is ready with one agent for each zone", async () => {
    expect(await deploymentsOf("esxi-agent")).toEqual({
      "prod-esxi-agent": 1,
      "prod-esxi-agent-south": 1,
      "prod-esxi-agent-west": 1,
    });
    expect(entryOf(cluster, "esxiagent")).toMatchObject({ phase: "Ready", ready: "3/3" });
  });

  it("runs agents for bare machines while a node is marked for them, and leaves the spec alone", async () => {
    expect(entryOf(cluster, "baremetalagent")).toMatchObject({ ready: "0/0", reason: "NoNodes" });
    const names = ["prod-baremetal-agent", "prod-baremetal-agent-south", "prod-baremetal-agent-west"];
    const replicas = (count: number) => Object.fromEntries(names.map((name) => [name, count]));
    await plane.kubectl(["label", "node", "node-1", "onecloud.yunion.io/baremetal=enable"]);
    await eventually(async () => expect(await deploymentsOf("baremetal-agent")).toEqual(replicas(1)));
    await plane.kubectl(["label", "node", "node-1", "onecloud.yunion.io/baremetal-"]);
    await eventually(async () => expect(await deploymentsOf("baremetal-agent")).toEqual(replicas(0)));
    expect((await getObject(plane, namespace, "onecloudcluster/prod")).metadata.generation).toBe(
      cluster.metadata.generation,
    );
  });

  it("loses the agents of a zone that is taken out, and keeps their data", async () => {
    await patch({ customZones: ["south"] });
    expect(Object.keys(await deploymentsOf("esxi-agent"))).toEqual(["prod-esxi-agent", "prod-esxi-agent-south"]);
    const claim = await getObject(plane, namespace, "persistentvolumeclaim/prod-baremetal-agent-west");
    expect(claim.metadata.deletionTimestamp).toBeUndefined();
  });
});

describe("Open vSwitch on hosts", () => {
  it("gets a new image part by part, each when the one before runs it", async () => {
    const since = new Date();
    await patch({ hostagent: { ovnController: { tag: "newer" } } });
    const requests = await plane.requests({ userAgent: operator.userAgent, since });
    const changed = requests.filter(({ verb, requestURI }) => verb === "patch" && requestURI.includes("/daemonsets/"));
    expect(changed.map(({ requestURI }) => /daemonsets\/([\w-]+)/.exec(requestURI)?.[1])).toEqual([
      "prod-host-ovsdb-server",
      "prod-host-ovs-vswitchd",
      "prod-host-ovn-controller",
    ]);
  });

  it("is removed at once, also while nothing can be rolled out", async () => {
    const which = ["onecloudcluster/prod", "--namespace", namespace, "--type", "merge", "--patch"];
    await plane.kubectl(["label", "node", "node-1", "onecloud.yunion.io/host-"]);
    const spec = { hostagent: { ovnController: { tag: "newest" } } };
    await plane.restart("kube-controller-manager", async () => {
      await plane.kubectl(["patch", ...which, JSON.stringify({ spec })]);
      await eventually(async () => {
        const object = await getObject(plane, namespace, "onecloudcluster/prod");
        expect(entryOf(object, "hostOvnController")).toMatchObject({ phase: "Waiting", reason: "WaitingForRollout" });
      });
      await plane.kubectl(["patch", ...which, JSON.stringify({ spec: { hostagent: { disable: true } } })]);
      await eventually(async () => {
        const left = await plane.kubectl(["get", "daemonsets", "--namespace", namespace, "--output", "name"]);
        expect(left.trim()).toBe("");
      });
    });
    cluster = await untilReady(plane, namespace, "prod");
  });
});

describe("an influxdb that an older release left", () => {
  it("stays and is reported until the spec asks for its removal", async () => {
    const { name, uid = "" } = cluster.metadata;
    const owner = { apiVersion: cluster.apiVersion, kind: cluster.kind, name, uid, controller: true };
    const labels = {
      "app.kubernetes.io/managed-by": "onecloud-operator",
      "app.kubernetes.io/component": "influxdb",
    };
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "prod-influxdb", namespace, labels, ownerReferences: [owner] },
      spec: { ports: [{ port: 30086 }] },
    };
    await plane.kubectl(["create", "--filename", "-"], JSON.stringify(service));
    await eventually(async () => {
      const object = await getObject(plane, namespace, "onecloudcluster/prod");
      expect(entryOf(object, "influxdb")["message"]).toContain("Service prod-influxdb: set spec.influxdb.disable");
    });
    await patch({ influxdb: { disable: true } });
    const left = await plane.kubectl(["get", "services", "--namespace", namespace, "--output", "name"]);
    expect(left).not.toContain("influxdb");
  });
});
