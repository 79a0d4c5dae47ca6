import { describe, expect, it } from "vitest";
import type { Cluster } from "../../../src/cluster/api/cluster.ts";
import type { Credentials } from "../../../src/cluster/api/credentials.ts";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { credentialNeedsOf } from "../../../src/cluster/components/component.ts";
import { components } from "../../../src/cluster/components/index.ts";
import { ensureCredentials } from "../../../src/cluster/prepare/credentials.ts";
import { parseCredentials } from "../../../src/cluster/prepare/credentials-document.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { meantBy } from "../../support/cluster-scope.ts";
import { failureOf } from "../../support/failure-of.ts";
import type { MemoryStore } from "../../support/memory-store.ts";
import { memoryStore } from "../../support/memory-store.ts";

const name = "prod-cluster-config";
const key = "OnecloudClusterConfig";

async function ensure(store: MemoryStore, spec: JsonObject = {}): Promise<Credentials> {
  return await ensureCredentials(meantBy(spec) satisfies Cluster, credentialNeedsOf(components), {
    store,
    otherInstances: [],
  });
}

function secret(texts: Readonly<Record<string, string>>, secretName = name): KubeObject {
  const data = Object.fromEntries(
    Object.entries(texts).map(([one, text]) => [one, Buffer.from(text).toString("base64")]),
  );
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: secretName, namespace: "onecloud" },
    type: "Opaque",
    data,
  };
}

function configMap(text: string): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "onecloud" }, data: { [key]: text } };
}

/** What the Secret of the credentials holds, as text. */
function stored(store: MemoryStore): Readonly<Record<string, string>> {
  const data = (store.look("Secret", name)?.["data"] ?? {}) as Readonly<Record<string, string>>;
  return Object.fromEntries(Object.entries(data).map(([one, text]) => [one, Buffer.from(text, "base64").toString()]));
}

describe("the credentials of a new cluster", () => {
  it("are stored before anybody uses them, with single values beside the document", async () => {
    const store = memoryStore();
    const credentials = await ensure(store);
    expect(parseCredentials(stored(store)[key] ?? "")).toEqual(credentials);
    expect(stored(store)).toMatchObject({
      bootstrapPassword: credentials.keystone.bootstrapPassword,
      pprofAuthKey: credentials.victoriaMetrics.pprofAuthKey,
    });
  });

  it("take the passwords that the spec holds, so that they outlive it", async () => {
    const store = memoryStore();
    const monitorStack = { minio: { secretKey: "of-minio" }, grafana: { adminPassword: "of-grafana" } };
    await ensure(store, { keystone: { bootstrapPassword: "of-sysadmin" }, monitorStack });
    expect(parseCredentials(stored(store)[key] ?? "")).toMatchObject({
      keystone: { bootstrapPassword: "of-sysadmin" },
      monitorStack: { minioSecretKey: "of-minio", grafanaAdminPassword: "of-grafana" },
    });
    expect((await ensure(store)).keystone.bootstrapPassword).toBe("of-sysadmin");
  });

  it("have no owner, so that they survive the cluster, and its labels", async () => {
    const store = memoryStore();
    await ensure(store);
    const metadata = store.look("Secret", name)?.metadata;
    expect(metadata).not.toHaveProperty("ownerReferences");
    expect(metadata?.labels).toMatchObject({ "app.kubernetes.io/instance": "onecloud-cluster-prod" });
  });

  it("stay in every later pass, without a write", async () => {
    const store = memoryStore();
    const first = await ensure(store);
    store.requests();
    expect(await ensure(store)).toEqual(first);
    expect(store.requests()).toEqual([]);
  });

  it("are found though no cache shows them", async () => {
    const store = memoryStore();
    const first = await ensure(store);
    store.hide("Secret", name);
    expect(await ensure(store)).toEqual(first);
  });

  it("are not stored over those that somebody else stored meanwhile", async () => {
    const store = memoryStore();
    const late = { ...store, cached: () => undefined, get: () => Promise.resolve(undefined) };
    const first = await ensure(store);
    expect(await failureOf(ensure(late))).toMatchObject({ status: 409 });
    expect(await ensure(store)).toEqual(first);
  });
});

describe("credentials that are there", () => {
  it("are kept, and completed with what is missing", async () => {
    const store = memoryStore(secret({ [key]: "glance:\n  password: mine\nitsm:\n  secret: theirs\n", other: "kept" }));
    const credentials = await ensure(store);
    expect(credentials).toMatchObject({ glance: { password: "mine", username: "glance" }, itsm: { secret: "theirs" } });
    expect(stored(store)["other"]).toBe("kept");
    expect(parseCredentials(stored(store)[key] ?? "")).toEqual(credentials);
  });

  it("are taken over from the ConfigMap of the reference, which stays as it is", async () => {
    const left = configMap("glance:\n  password: old\n");
    const store = memoryStore(left);
    const credentials = await ensure(store);
    expect(credentials).toMatchObject({
      glance: { password: "old" },
      victoriaMetrics: { pprofAuthKey: "pprof@AuthKey" },
    });
    expect(parseCredentials(stored(store)[key] ?? "")).toEqual(credentials);
    expect(store.look("ConfigMap", name)?.["data"]).toEqual(left["data"]);
  });

  it("come from the Secret where there is a ConfigMap too", async () => {
    const store = memoryStore(secret({ [key]: "glance: {password: new}\n" }), configMap("glance: {password: old}\n"));
    expect(await ensure(store)).toMatchObject({ glance: { password: "new" } });
  });

  it("get their labels back", async () => {
    const store = memoryStore();
    await ensure(store);
    const live = store.look("Secret", name) as KubeObject;
    store.put({ ...live, metadata: { ...live.metadata, labels: { mine: "kept" } } });
    await ensure(store);
    expect(store.look("Secret", name)?.metadata.labels).toMatchObject({
      mine: "kept",
      "app.kubernetes.io/managed-by": "onecloud-operator",
    });
  });

  it.each([
    ["Secret", secret({ [key]: "canary: [unfinished" })],
    ["ConfigMap", configMap("- canary\n")],
    ["Secret", secret({ [key]: "glance: canary\n" })],
  ])("that cannot be read in a %s are no reason to make new ones, and are not quoted", async (kind, object) => {
    const store = memoryStore(object);
    const error = (await failureOf(ensure(store))) as Error;
    expect(error).toMatchObject({ name: "PreparationError", reason: "CredentialsUnreadable" });
    expect(error.message).toContain(key);
    expect(`${error.message} ${String(error.cause)} ${error.stack}`).not.toContain("canary");
    expect(store.writes()).toEqual([]);
    expect(store.look(kind, name)?.["data"]).toEqual(object["data"]);
  });
});

describe("the password of sysadmin", () => {
  it("is that of the spec, and the Secret repeats it for pods", async () => {
    const store = memoryStore();
    const credentials = await ensure(store, { keystone: { bootstrapPassword: "chosen" } });
    expect(credentials.keystone.bootstrapPassword).toBe("chosen");
    expect(stored(store)["bootstrapPassword"]).toBe("chosen");
  });

  it("is the generated one again when it is taken out of the spec", async () => {
    const store = memoryStore();
    const { keystone } = await ensure(store);
    await ensure(store, { keystone: { bootstrapPassword: "chosen" } });
    expect((await ensure(store)).keystone).toEqual(keystone);
    expect(stored(store)["bootstrapPassword"]).toBe(keystone.bootstrapPassword);
  });

  it("is that of the Secret which the spec names, under the key that it names", async () => {
    const bootstrapPasswordSecretRef = { name: "mine", key: "admin" };
    const store = memoryStore(secret({ admin: "from elsewhere" }, "mine"));
    const credentials = await ensure(store, { keystone: { bootstrapPasswordSecretRef } });
    expect(credentials.keystone.bootstrapPassword).toBe("from elsewhere");
  });

  it.each([
    ["there is no such Secret", memoryStore(), "there is no Secret mine in namespace onecloud"],
    [
      "the Secret has no such key",
      memoryStore(secret({ other: "x" }, "mine")),
      "Secret mine has no key bootstrapPassword",
    ],
  ])("is missing when %s, which is said with the field", async (_, store, message) => {
    const spec = { keystone: { bootstrapPasswordSecretRef: { name: "mine" } } };
    expect(await failureOf(ensure(store, spec))).toMatchObject({
      reason: "SecretMissing",
      message: expect.stringMatching(new RegExp(`^spec\\.keystone\\.bootstrapPasswordSecretRef: ${message}`)),
    });
    expect(store.writes()).toEqual([]);
  });
});
