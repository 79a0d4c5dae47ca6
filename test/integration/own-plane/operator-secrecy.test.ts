import { dump, load } from "js-yaml";
import { beforeAll, describe, expect, it } from "vitest";
import { credentialsKey, credentialsName } from "../../../src/cluster/api/names.ts";
import { components } from "../../../src/cluster/components/index.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { runHere } from "../../cli/recording-terminal.ts";
import { isMapping, readCredentials } from "../../golden/scenarios.ts";
import { childrenOf } from "../../support/children.ts";
import { type ControlPlane, createNamespace, eventually, startControlPlane } from "../../support/control-plane.ts";
import {
  clusterManifest,
  getObject,
  startOperator,
  type TestOperator,
  untilDefined,
  untilReady,
} from "../../support/operator.ts";
import { applyObject, type ClusterAt, editByHand, patchSpec, untilStatus } from "../../support/user.ts";

let plane: ControlPlane;
let operator: TestOperator;

beforeAll(async () => {
  plane = await startControlPlane();
  await plane.kubectl(["apply", "--filename", "crds/onecloudclusters.yaml"]);
  await untilDefined(plane);
  operator = await startOperator(plane, { components });
  return async () => {
    await operator.stop();
    await plane.stop();
  };
});

/** Passwords that stand nowhere else, by the place where the user wrote them. */
const canaries = {
  mysql: "canary-Mysql-4711",
  clickhouse: "canary-Clickhouse-4712",
  bootstrap: "canary-Bootstrap-4713",
  document: "canary-Document-4714",
};

/** Every text in which a canary would show: as it is, and within the base64 of a longer text, whatever stands before it. */
const traces: readonly string[] = Object.values(canaries).flatMap((canary) => [
  canary,
  encodeURIComponent(canary),
  ...[0, 1, 2].map((before) => withinBase64(canary, before)),
]);

/** The part of the base64 that is the same whatever stands before and behind the text, which begins so many bytes after a third one. */
function withinBase64(text: string, before: number): string {
  const encoded = Buffer.from(" ".repeat(before) + text).toString("base64");
  const first = Math.ceil((before * 8) / 6);
  const whole = Math.floor(((before + text.length) * 8) / 6);
  return encoded.slice(first, whole);
}

function tracesIn(text: string): readonly string[] {
  return traces.filter((trace) => text.includes(trace));
}

/** The document of the reference with a canary for every password of services and databases. */
function document(): Readonly<Record<string, unknown>> {
  const replaced = (value: unknown): unknown => {
    if (!isMapping(value)) return value;
    const entries = Object.entries(value).map(([key, inner]) => [
      key,
      /password/i.test(key) ? canaries.document : replaced(inner),
    ]);
    return Object.fromEntries(entries);
  };
  return replaced(readCredentials()) as Readonly<Record<string, unknown>>;
}

/** Everything of the cluster that people other than its owner may see. */
async function seenOf({ namespace }: ClusterAt): Promise<Readonly<Record<string, string>>> {
  const kinds =
    "configmaps,services,deployments,daemonsets,replicasets,pods,persistentvolumeclaims,ingresses,cronjobs,serviceaccounts";
  const get = async (what: string): Promise<string> =>
    await plane.kubectl(["get", what, "--namespace", namespace, "--output", "json"]);
  const cluster = JSON.parse(await get("onecloudcluster/prod")) as KubeObject;
  const { annotations: { "kubectl.kubernetes.io/last-applied-configuration": _, ...annotations } = {}, ...metadata } =
    cluster.metadata;
  return {
    objects: await get(kinds),
    events: await get("events"),
    newEvents: await get("events.events.k8s.io"),
    status: JSON.stringify(cluster["status"]),
    metadata: JSON.stringify({ ...metadata, annotations }),
    log: operator.logged(),
  };
}

/** Where a password shows, and what of it. */
function leaksIn(seen: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(seen).flatMap(([where, text]) => tracesIn(text).map((trace) => `${where}: ${trace}`));
}

const spec = {
  mysql: { host: "10.0.0.1", username: "root", password: canaries.mysql },
  clickhouse: { host: "10.0.0.2", password: canaries.clickhouse },
  keystone: { bootstrapPassword: canaries.bootstrap },
  cronjobTest: { disable: false },
};

describe("the passwords of a platform of edition ee", () => {
  let cluster: ClusterAt;

  beforeAll(async () => {
    cluster = { plane, namespace: await createNamespace(plane, "secrecy"), name: "prod" };
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: credentialsName("prod"), namespace: cluster.namespace },
      stringData: { [credentialsKey]: dump(document()) },
    };
    await plane.kubectl(["create", "--filename", "-"], JSON.stringify(secret));
    const manifest = clusterManifest("prod", cluster.namespace, spec);
    const annotations = { "onecloud.yunion.io/edition": "ee" };
    await applyObject(plane, { ...manifest, metadata: { ...manifest.metadata, annotations } });
    await untilReady(plane, cluster.namespace, "prod");
  });

  it("reach the services, so that there is something to look for", async () => {
    const secrets = await plane.kubectl(["get", "secrets", "--namespace", cluster.namespace, "--output", "json"]);
    const { items } = JSON.parse(secrets) as {
      readonly items: readonly { readonly data: Readonly<Record<string, string>> }[];
    };
    const texts = items.flatMap(({ data }) =>
      Object.values(data).map((value) => Buffer.from(value, "base64").toString()),
    );
    expect(texts.join("\n")).toContain(`bootstrap_admin_user_password: ${canaries.bootstrap}`);
    expect(texts.join("\n")).toMatch(new RegExp(`sql_connection: .*${canaries.document}`));
    expect(tracesIn(secrets)).not.toEqual([]);
  });

  it("stand in no object but Secrets, in no event, no condition and no line of the log", async () => {
    expect(leaksIn(await seenOf(cluster))).toEqual([]);
  });

  it("do not show when objects that hold them cannot be applied", async () => {
    const immutable = { immutable: true };
    await editByHand(cluster, "secret/prod-region", immutable);
    await editByHand(cluster, "secret/prod-glance", immutable);
    const options = { log_level: "debug" };
    const impossible = { requests: { cpu: "64" }, limits: { cpu: "1" } };
    await patchSpec(cluster, { regionServer: { options }, glance: { options }, notify: impossible });
    const status = await untilStatus(cluster, (now) => {
      for (const key of ["region", "glance", "notify"]) {
        expect(now[key]).toMatchObject({ phase: "Failed", reason: "InvalidObject" });
      }
    });
    expect(status.message).not.toBe("");
    await eventually(() => operator.logged().includes("Reconciler error"));
    expect(leaksIn(await seenOf(cluster))).toEqual([]);
  });

  it("do not show when the spec is refused, by the API server or by the operator", async () => {
    const wrong = { ...spec, mysql: { ...spec.mysql, port: 70_000 } };
    const refused = await applyObject(plane, clusterManifest("wrong", cluster.namespace, wrong)).catch(String);
    expect(refused).toContain("spec.mysql.port");
    expect(tracesIn(String(refused))).toEqual([]);
    await patchSpec(cluster, { glance: { tolerations: [{ effect: "NoWay" }] } });
    await untilStatus(cluster, ({ phase }) => phase === "Invalid");
    expect(leaksIn(await seenOf(cluster))).toEqual([]);
    await patchSpec(cluster, { glance: { tolerations: null } });
    await untilStatus(cluster, ({ phase }) => phase === "Degraded");
  });

  it.each([
    ["status", 1],
    ["status --output json", 1],
    ["diff", 2],
  ])("do not show in what `%s` prints about such failures", async (command, exitCode) => {
    const where = ["--namespace", cluster.namespace, "--kubeconfig", plane.kubeconfig];
    const printed = await runHere([...command.split(" "), "prod", ...where]);
    expect(printed).toMatchObject({ exitCode });
    expect(tracesIn(printed.stdout + printed.stderr)).toEqual([]);
  });

  it("do not show in what `diff` prints when they will change", async () => {
    await plane.kubectl(["delete", "secrets/prod-region", "secrets/prod-glance", "--namespace", cluster.namespace]);
    await patchSpec(cluster, { notify: { requests: null, limits: null } });
    await untilReady(plane, cluster.namespace, "prod");
    await operator.stop();
    try {
      await patchSpec(cluster, { keystone: { bootstrapPassword: `${canaries.bootstrap}-changed` } });
      const where = ["--namespace", cluster.namespace, "--kubeconfig", plane.kubeconfig];
      const printed = await runHere(["diff", "prod", ...where]);
      expect(printed).toMatchObject({ exitCode: 1, stderr: "" });
      expect(printed.stdout).toContain(`Secret ${cluster.namespace}/prod-keystone`);
      expect(tracesIn(printed.stdout + printed.stderr)).toEqual([]);
    } finally {
      operator = await startOperator(plane, { components });
    }
  });
});

describe("a cluster that the reference made", () => {
  it("keeps its passwords, and its option files in ConfigMaps", async () => {
    const cluster: ClusterAt = { plane, namespace: await createNamespace(plane, "reference"), name: "taken" };
    const configMap = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: credentialsName("taken"), namespace: cluster.namespace },
      data: {
        [credentialsKey]: dump({
          apiVersion: "onecloud.yunion.io/v1alpha1",
          kind: "OnecloudClusterConfig",
          ...readCredentials(),
        }),
      },
    };
    await applyObject(plane, configMap);
    await applyObject(plane, clusterManifest("taken", cluster.namespace));
    await untilStatus(cluster, ({ keystone }) => keystone !== undefined);
    const [secret, stored] = await Promise.all([
      getObject(plane, cluster.namespace, `secret/${credentialsName("taken")}`),
      getObject(plane, cluster.namespace, "onecloudcluster/taken"),
    ]);
    const { [credentialsKey]: encoded = "" } = secret["data"] as Readonly<Record<string, string>>;
    const taken: unknown = load(Buffer.from(encoded, "base64").toString());
    expect(taken).toMatchObject(readCredentials());
    expect(stored["spec"]).toMatchObject({ optionFiles: { storage: "ConfigMap" } });
    const labels = [...(await childrenOf(plane, cluster.namespace)).keys()];
    expect(labels).toContain("ConfigMap taken-keystone");
    expect(labels).not.toContain("Secret taken-keystone");
    await plane.kubectl(["delete", "configmap", credentialsName("taken"), "--namespace", cluster.namespace]);
    await patchSpec(cluster, { version: "v3.11.9" });
    await untilStatus(cluster, ({ keystone }) => JSON.stringify(keystone).includes("v3.11.9"));
    expect((await getObject(plane, cluster.namespace, "onecloudcluster/taken"))["spec"]).toMatchObject({
      optionFiles: { storage: "ConfigMap" },
    });
  });
});
