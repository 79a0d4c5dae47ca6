import { beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { childrenOf } from "../support/children.ts";
import { createNamespace, eventually, hasRolesOnly } from "../support/control-plane.ts";
import {
  type Installation,
  insideOnly,
  nodePortsFrom,
  removePlatform,
  startInstallation,
} from "../support/installation.ts";
import { clusterManifest, getObject, untilReady } from "../support/operator.ts";
import { childWritesOf } from "../support/requests.ts";
import {
  applyObject,
  type ClusterAt,
  conditionIn,
  patchSpec,
  readStatus,
  untilReason,
  untilStatus,
} from "../support/user.ts";

let installation: Installation;
let first: ClusterAt;

beforeAll(async () => {
  installation = await startInstallation();
  first = await installation.install();
  await untilReady(first.plane, first.namespace, first.name);
  return () => installation.end();
});

/** How a port that another Service has is told: who has it can be said only by whom may look everywhere. */
function takenBy(holder: string): string {
  return hasRolesOnly ? "is taken: choose" : `is taken by ${holder}`;
}

/** What the operator wrote in a namespace beside events and status. */
async function writesIn(namespace: string, since: Date): Promise<readonly string[]> {
  const { plane, operator } = installation;
  const writes = await childWritesOf(plane, { userAgent: operator.userAgent, since });
  return writes.filter((write) => write.includes(`/namespaces/${namespace}/`));
}

/** How often every object of the cluster, and the cluster itself, has been written by anybody. */
async function versionsOf({ plane, namespace, name }: ClusterAt): Promise<Readonly<Record<string, unknown>>> {
  const children = await childrenOf(plane, namespace);
  const cluster = await getObject(plane, namespace, `onecloudcluster/${name}`);
  const objects = [...children, ["cluster", cluster] as const];
  return Object.fromEntries(objects.map(([label, { metadata }]) => [label, metadata.resourceVersion]));
}

describe("a second cluster that asks for the node ports of the first", () => {
  let second: ClusterAt;
  let since: Date;
  let before: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    before = await versionsOf(first);
    since = new Date();
    second = await installation.install();
  });

  it("says of each of its services which port is held by which Service of which component", async () => {
    const held = [
      ["keystone", 30500, "keystone"],
      ["region", 30888, "region"],
      ["glance", 30292, "glance"],
      ["apiGateway", 30300, "apigateway"],
      ["victoriaMetrics", 30428, "victoria-metrics"],
      ["notify", 30777, "notify"],
    ] as const;
    await untilStatus(second, (status) => {
      for (const [key, port, type] of held) {
        const holder = `Service ${first.namespace}/prod-${type} of component ${type}`;
        expect(status[key]).toMatchObject({
          phase: "Failed",
          reason: "NodePortTaken",
          message: expect.stringContaining(`node port ${port} ${takenBy(holder)}`) as unknown,
        });
      }
    });
  });

  it("names the first of them where kubectl get oc shows it, with what to do", async () => {
    const status = await untilStatus(second, ({ blockedBy }) => blockedBy?.component === "keystone");
    expect(status).toMatchObject({
      phase: "Degraded",
      message: expect.stringMatching(/^keystone: node port 30500 is taken.*: choose another nodePort/) as unknown,
    });
    expect(conditionIn(status, "Ready")).toMatchObject({ status: "False", reason: "NodePortTaken" });
  });

  it("leaves the first cluster as it is: nothing of it is written", async () => {
    expect(await versionsOf(first)).toEqual(before);
    expect(await writesIn(first.namespace, since)).toEqual([]);
  });

  it("becomes Ready with node ports of its own, beside the first", async () => {
    await patchSpec(second, nodePortsFrom(31_000));
    const ready = await untilReady(second.plane, second.namespace, second.name);
    expect(ready["status"]).toMatchObject({ ready: "13/13" });
    expect(ready["status"]).not.toHaveProperty("blockedBy");
    const ports = JSON.stringify((await getObject(second.plane, second.namespace, "service/prod-keystone"))["spec"]);
    expect(ports).toMatch(/"nodePort":310\d\d/);
    expect(await versionsOf(first)).toEqual(before);
    expect(await writesIn(first.namespace, since)).toEqual([]);
  });
});

describe("a cluster that asks for one node port twice", () => {
  const twice = {
    ...nodePortsFrom(31_100),
    yunionconf: { service: { nodePort: 31_500 } },
    logger: { service: { nodePort: 31_500 } },
  };
  const once = { service: { nodePort: 31_501 } };
  const sentence =
    "spec.yunionconf.service.nodePort is 31500, which spec.logger.service.nodePort asks for too: " +
    "choose another port for one of them";
  let cluster: ClusterAt;

  it("is not accepted, with both fields named", async () => {
    cluster = await installation.install(twice);
    const condition = await untilReason(cluster, "SpecAccepted", "InvalidSpec");
    expect(condition).toMatchObject({ status: "False", message: sentence });
    expect(await readStatus(cluster)).toMatchObject({ phase: "Invalid", message: sentence });
  });

  it("gets no object but its credentials", async () => {
    const children = await childrenOf(cluster.plane, cluster.namespace);
    expect([...children.keys()]).toEqual(["Secret prod-cluster-config"]);
  });

  it("becomes Ready once one of them is another port", async () => {
    await patchSpec(cluster, { logger: once });
    await untilReady(cluster.plane, cluster.namespace, cluster.name);
    expect(conditionIn(await readStatus(cluster), "SpecAccepted")).toMatchObject({ status: "True" });
  });

  it("and runs already, keeps running as it is, whatever else the change asks for", async () => {
    const since = new Date();
    await patchSpec(cluster, { logger: twice.logger, web: { disable: true }, keystone: { replicas: 2 } });
    await untilReason(cluster, "SpecAccepted", "InvalidSpec");
    const status = await readStatus(cluster);
    expect(status).toMatchObject({ phase: "Invalid", web: { phase: "Ready" }, keystone: { ready: "1/1" } });
    expect(await writesIn(cluster.namespace, since)).toEqual([]);
  });
});

describe("a cluster that asks for a node port which a Service of somebody else has", () => {
  function serviceOfOurs(namespace: string): KubeObject {
    const spec = { type: "NodePort", ports: [{ port: 80, nodePort: 31_600 }], selector: { app: "ours" } };
    return { apiVersion: "v1", kind: "Service", metadata: { name: "ours", namespace }, spec };
  }

  it("says which Service that is, and becomes Ready with another port", async () => {
    const { plane } = installation;
    const namespace = await createNamespace(plane, "ours");
    await applyObject(plane, serviceOfOurs(namespace));
    const cluster = await installation.install({ ...insideOnly(), notify: { service: { nodePort: 31_600 } } });
    await untilStatus(cluster, ({ notify }) => {
      const message = expect.stringContaining(
        `node port 31600 ${takenBy(`Service ${namespace}/ours: choose`)}`,
      ) as unknown;
      expect(notify).toMatchObject({ phase: "Failed", reason: "NodePortTaken", message });
    });
    await patchSpec(cluster, { notify: { service: { nodePort: 31_601 } } });
    await untilReady(plane, cluster.namespace, cluster.name);
    await removePlatform(plane, namespace);
  });
});

describe("two clusters in one namespace", () => {
  let other: ClusterAt;

  /** What belongs to the first cluster alone. */
  function ofFirst(versions: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(versions).filter(([label]) => label.includes(" prod-")));
  }

  beforeAll(async () => {
    other = { ...first, name: "other" };
    await applyObject(other.plane, clusterManifest(other.name, other.namespace, insideOnly()));
    await untilReady(other.plane, other.namespace, other.name);
  });

  it("share nothing but the account under which services run", async () => {
    const names = [...(await childrenOf(first.plane, first.namespace)).keys()];
    const shared = names.filter((name) => !/ (prod|other)-/.test(name));
    expect(shared).toEqual(["ServiceAccount onecloud-operator"]);
    const account = await getObject(first.plane, first.namespace, "serviceaccount/onecloud-operator");
    expect(account.metadata.ownerReferences?.map(({ name }) => name).toSorted()).toEqual(["other", "prod"]);
  });

  it("do not take each other along when one is deleted", async () => {
    const before = await versionsOf(first);
    await other.plane.kubectl(["delete", "oc", other.name, "--namespace", other.namespace]);
    await eventually(async () => {
      const names = [...(await childrenOf(other.plane, other.namespace)).keys()];
      expect(names.filter((name) => name.startsWith("Deployment other-"))).toEqual([]);
    });
    const after = await versionsOf(first);
    expect(ofFirst(after)).toEqual(ofFirst(before));
    expect(Object.keys(after)).toContain("ServiceAccount onecloud-operator");
  });
});
