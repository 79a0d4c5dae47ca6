import { beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { eventually } from "../support/control-plane.ts";
import { type Installation, nodePortsFrom, startInstallation } from "../support/installation.ts";
import { getObject, untilReady } from "../support/operator.ts";
import { childWritesOf } from "../support/requests.ts";
import { type ClusterAt, conditionIn, readStatus, untilStatus } from "../support/user.ts";

let installation: Installation;
let cluster: ClusterAt;

beforeAll(async () => {
  installation = await startInstallation();
  const annotations = { "onecloud.yunion.io/edition": "ce/support" };
  cluster = await installation.install({ ...nodePortsFrom(32_000), cronjobTest: { disable: false } }, { annotations });
  await untilReady(cluster.plane, cluster.namespace, cluster.name);
  return () => installation.end();
});

async function read(what: string): Promise<KubeObject> {
  return await getObject(cluster.plane, cluster.namespace, what);
}

/** The spec as it is, without what the API server draws. */
function specOf({ spec }: KubeObject): object {
  const { clusterIP: _ip, clusterIPs: _ips, ...rest } = spec as Readonly<Record<string, unknown>>;
  return rest;
}

type Edit = readonly { readonly op: "add" | "replace" | "remove"; readonly path: string; readonly value?: unknown }[];

/** Changes an object as `kubectl edit` does. */
async function edit(what: string, patch: Edit): Promise<void> {
  const args = ["--namespace", cluster.namespace, "--type", "json", "--patch", JSON.stringify(patch)];
  await cluster.plane.kubectl(["patch", what, ...args]);
}

const pod = "/spec/template/spec";
const container = `${pod}/containers/0`;
const image = "registry.example.com/other:1";

/** What somebody may do by hand. */
const edits: readonly (readonly [string, string, Edit])[] = [
  ["a port of a Service has another number", "services/prod-region", replace("/spec/ports/0/port", 31_234)],
  ["a port is added to a Service", "services/prod-glance", add("/spec/ports/-", { name: "more", port: 4711 })],
  [
    "a port of a container has another number",
    "deployments/prod-region",
    replace(`${container}/ports/0/containerPort`, 4711),
  ],
  [
    "a volume has another source",
    "deployments/prod-notify",
    replace(`${pod}/volumes/1`, { name: "config", emptyDir: {} }),
  ],
  ["a volume is added", "deployments/prod-notify", add(`${pod}/volumes/-`, { name: "more", emptyDir: {} })],
  ["a container is added", "deployments/prod-logger", add(`${pod}/containers/-`, { name: "side", image })],
  ["a container has another name", "deployments/prod-yunionconf", replace(`${container}/name`, "other")],
  ["an init container is added", "deployments/prod-web", add(`${pod}/initContainers`, [{ name: "side", image }])],
  ["a variable is added", "deployments/prod-climc", add(`${container}/env/-`, { name: "MORE", value: "1" })],
  [
    "a variable is there twice",
    "deployments/prod-climc",
    add(`${container}/env/-`, { name: "OS_USERNAME", value: "eve" }),
  ],
  [
    "a mount is added",
    "daemonsets/prod-yunionagent",
    add(`${container}/volumeMounts/-`, { name: "config", mountPath: "/more" }),
  ],
  ["a toleration is added", "deployments/prod-scheduler", add(`${pod}/tolerations/-`, { operator: "Exists" })],
  [
    "a strategy says how to roll",
    "deployments/prod-victoria-metrics",
    replace("/spec/strategy", { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } }),
  ],
  [
    "a container of a CronJob is added",
    "cronjobs/prod-test",
    add("/spec/jobTemplate/spec/template/spec/containers/-", { name: "side", image }),
  ],
  ["a selector has a label more", "services/prod-web", add("/spec/selector/more", "x")],
];

/** Kind and name out of a line about a request, `secrets/prod-region`. */
function objectOf(write: string): string {
  const [url = ""] = (write.split(" ")[1] ?? "").split(/[?:]/);
  return url.split("/").slice(-2).join("/");
}

function add(path: string, value: unknown): Edit {
  return [{ op: "add", path, value }];
}

function replace(path: string, value: unknown): Edit {
  return [{ op: "replace", path, value }];
}

describe("what somebody did by hand, where an apply alone would not undo it", () => {
  it.each(edits)("is undone at once and by one write when %s (%s)", async (...[, what, patch]) => {
    const before = specOf(await read(what));
    const since = new Date();
    await edit(what, patch);
    await eventually(async () => expect(specOf(await read(what))).toEqual(before));
    await untilStatus(cluster, ({ phase }) => phase === "Ready");
    const written = await childWritesOf(cluster.plane, { userAgent: installation.operator.userAgent, since });
    // A controller that writes the status at the same moment is a conflict, after which the object is read again.
    expect(written.filter((line) => !/: (?:200|409)$/.test(line))).toEqual([]);
    expect(written.filter((line) => line.endsWith(": 200")).map(objectOf)).toEqual([what]);
  });

  it("leaves nothing behind that says so", async () => {
    const status = await readStatus(cluster);
    expect(conditionIn(status, "ObjectsAsSpecified")).toMatchObject({ status: "True", reason: "AsSpecified" });
  });
});
