import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isAlreadyExists, isConflict, isInvalid, isNotFound, UnreachableError } from "../../../src/kube/api-error.ts";
import { configMaps, deployments, secrets, serviceAccounts, services } from "../../../src/kube/kinds.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { recordingLogger } from "../../kube/recording-logger.ts";
import { eventually } from "../../support/eventually.ts";
import { failureOf } from "../../support/failure-of.ts";
import { type ProxiedPlane, startProxiedPlane } from "../../support/proxied-plane.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

let world: ProxiedPlane;

beforeAll(async () => {
  world = await startProxiedPlane();
});

afterEach(() => {
  world.proxy.clear();
});

afterAll(async () => {
  await world.stop();
});

const namespace = "default";

function config(name: string, data: Readonly<Record<string, string>> = {}): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
}

function creations(): number {
  return world.proxy.requests().filter(({ method }) => method === "POST").length;
}

describe("against a real API server, a client", () => {
  it("creates, reads, changes and deletes", async () => {
    const { direct } = world;
    const created = await direct.create(configMaps, config("life", { a: "1" }), { fieldManager: "tester" });
    expect(isAlreadyExists(await failureOf(direct.create(configMaps, config("life"))))).toBe(true);
    const updated = await direct.update(configMaps, { ...created, data: { a: "2" } });
    expect(isConflict(await failureOf(direct.update(configMaps, { ...created, data: { a: "3" } })))).toBe(true);
    await direct.patch(configMaps, { namespace, name: "life" }, { type: "merge", body: { data: { b: "4" } } });
    expect(await direct.get(configMaps, { namespace, name: "life" })).toMatchObject({ data: { a: "2", b: "4" } });
    const stranger = { resourceVersion: updated.metadata.resourceVersion ?? "" };
    expect(isConflict(await failureOf(direct.delete(configMaps, { namespace, name: "life" }, stranger)))).toBe(true);
    const { uid = "" } = created.metadata;
    expect(await direct.delete(configMaps, { namespace, name: "life" }, { uid })).toBe(true);
    expect(await direct.delete(configMaps, { namespace, name: "life" })).toBe(false);
    expect(await direct.get(configMaps, { namespace, name: "life" })).toBeUndefined();
  });

  it("applies what it owns, and takes what others own by force only", async () => {
    const { direct } = world;
    await direct.apply(configMaps, config("owned", { a: "1" }), { fieldManager: "one" });
    const taking = config("owned", { a: "2" });
    expect(isConflict(await failureOf(direct.apply(configMaps, taking, { fieldManager: "two" })))).toBe(true);
    const dry = await direct.apply(configMaps, taking, { fieldManager: "two", force: true, dryRun: true });
    expect(dry["data"]).toEqual({ a: "2" });
    expect(await direct.get(configMaps, { namespace, name: "owned" })).toMatchObject({ data: { a: "1" } });
    const taken = await direct.apply(configMaps, taking, { fieldManager: "two", force: true });
    expect(taken["data"]).toEqual({ a: "2" });
  });

  it.each([
    [configMaps, { data: { a: "1" } }],
    [services, { spec: { ports: [{ port: 80 }] } }],
  ])(
    "applies only what is new: an object that exists stays as it is, whatever its kind, and a list tells its name",
    async (kind, fields) => {
      const { direct } = world;
      const forced = { fieldManager: "two", force: true, onlyNew: true };
      const metadata = { name: "new", namespace };
      const object: KubeObject = { apiVersion: kind.apiVersion, kind: kind.kind, metadata, ...fields };
      const made = await direct.apply(kind, object, forced);
      expect(made.metadata.managedFields).toMatchObject([{ manager: "two", operation: "Apply" }]);
      const taking = { ...object, metadata: { ...metadata, labels: { whose: "two" } } };
      expect(isConflict(await failureOf(direct.apply(kind, taking, forced)))).toBe(true);
      expect(await direct.get(kind, metadata)).toEqual(made);
      const named = { namespace, metadataOnly: true, fieldSelector: "metadata.name=new" };
      const { apiVersion, kind: is, metadata: of } = made;
      expect((await direct.list(kind, named)).items).toEqual([{ apiVersion, kind: is, metadata: of }]);
      expect((await direct.list(kind, { ...named, fieldSelector: "metadata.name=none" })).items).toEqual([]);
    },
  );

  it("names the field that the server does not accept, and the kind that it does not know", async () => {
    const { direct } = world;
    const metadata = { name: "wrong", namespace };
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: -1 } };
    const invalid = await failureOf(direct.create(deployments, deployment));
    expect(isInvalid(invalid)).toBe(true);
    expect(invalid).toHaveProperty("details.causes");
    expect(String(invalid)).toContain("create deployments default/wrong: ");
    const unknown = { apiVersion: "nowhere.io/v1", kind: "Thing", plural: "things", namespaced: false };
    expect(isNotFound(await failureOf(direct.get(unknown, { name: "x" })))).toBe(true);
  });

  it("reads lists of many pages, filtered by labels", async () => {
    const { direct } = world;
    const labels = { crowd: "yes" };
    const names = Array.from({ length: 510 }, (_, index) => `crowd-${index}`);
    await Promise.all(
      names.map((name) => direct.create(configMaps, { ...config(name), metadata: { name, namespace, labels } })),
    );
    const { items } = await direct.list(configMaps, { namespace, labelSelector: "crowd=yes" });
    expect(new Set(items.map(({ metadata }) => metadata.name))).toEqual(new Set(names));
    expect(items[0]).toMatchObject({ apiVersion: "v1", kind: "ConfigMap" });
  });

  it("repeats nothing of a Secret that the server refuses", async () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "canary", namespace },
      data: { a: "not base64: canary-word" },
    };
    expect(String(await failureOf(world.direct.create(secrets, secret)))).not.toContain("canary-word");
    expect(String(await failureOf(world.direct.apply(secrets, secret, { fieldManager: "t" })))).not.toContain(
      "canary-word",
    );
  });

  it("tells its version and whether it is ready", async () => {
    expect((await world.direct.version()).gitVersion).toMatch(/^v1\./);
    expect(await world.direct.raw("/readyz")).toBe("ok");
  });
});

describe("with faults in between, a client", () => {
  it("tries again after 429 as late as it was asked, also a create", async () => {
    const log = recordingLogger();
    const client = await world.through({ logger: log.logger });
    world.proxy.inject({ times: 2, answer: { status: 429, headers: { "retry-after": "1" } } });
    expect((await client.create(configMaps, config("patient"))).metadata.name).toBe("patient");
    expect(log.lines().map(({ waitMs }) => waitMs)).toEqual([1000, 1000]);
  });

  it("comes through a storm of 5xx", async () => {
    const client = await world.through({ backoff: { baseMs: 10, maxMs: 50 } });
    for (const status of [500, 502, 503, 504]) world.proxy.inject({ answer: { status } });
    expect((await client.list(configMaps, { namespace })).items.length).toBeGreaterThan(0);
    for (const status of [502, 503, 504]) world.proxy.inject({ answer: { status } });
    const applied = await client.apply(configMaps, config("storm", { a: "1" }), { fieldManager: "tester" });
    expect(applied["data"]).toEqual({ a: "1" });
    expect(world.proxy.pending()).toBe(0);
  });

  it("never creates twice when an answer is lost, and says that it does not know", async () => {
    const client = await world.through();
    const before = creations();
    world.proxy.inject({ loseAnswer: true });
    expect(await failureOf(client.create(configMaps, config("once")))).toBeInstanceOf(UnreachableError);
    expect(await world.direct.get(configMaps, { namespace, name: "once" })).toBeDefined();
    expect(creations() - before).toBe(1);
  });

  it("applies again when an answer is lost", async () => {
    const client = await world.through();
    world.proxy.inject({ loseAnswer: true });
    const applied = await client.apply(configMaps, config("twice", { a: "1" }), { fieldManager: "tester" });
    expect(applied["data"]).toEqual({ a: "1" });
  });

  it("gives slow answers up after its time, and takes the next one", async () => {
    const client = await world.through({ requestTimeoutMs: 500 });
    world.proxy.inject({ delayMs: 60_000 });
    expect(await client.get(configMaps, { namespace, name: "kube-root-ca.crt" })).toBeUndefined();
  });

  it("leaves half-open connections and goes on over new ones", async () => {
    const client = await world.through({ requestTimeoutMs: 3_000, retries: 0 });
    await Promise.all(Array.from({ length: 5 }, () => client.version()));
    world.proxy.freeze();
    expect(await failureOf(client.version())).toMatchObject({ timedOut: true });
    world.proxy.thaw();
    expect(await client.version()).toHaveProperty("gitVersion");
  });

  it("waits out a short absence of the server, also with a create", async () => {
    const log = recordingLogger();
    const client = await world.through({ logger: log.logger });
    await world.proxy.refuse();
    const creating = client.create(configMaps, config("absent"));
    await eventually(() => log.lines().length > 0);
    await world.proxy.accept();
    expect((await creating).metadata.name).toBe("absent");
  });

  it("takes up a rotated token when the server no longer accepts the old one", async () => {
    const { plane, direct } = world;
    const folder = await temporaryFolder();
    const metadata = { name: "rotating", namespace };
    await direct.create(serviceAccounts, { apiVersion: "v1", kind: "ServiceAccount", metadata });
    await direct.create(secrets, { apiVersion: "v1", kind: "Secret", metadata });
    await plane.kubectl([
      "create",
      "clusterrolebinding",
      "rotating",
      "--clusterrole=cluster-admin",
      "--serviceaccount=default:rotating",
    ]);
    const bound = ["--bound-object-kind=Secret", "--bound-object-name=rotating"];
    const old = (await plane.kubectl(["create", "token", "rotating", "-n", namespace, ...bound])).trim();
    const file = await folder.write("token", old);
    const client = await world.throughAs({ token: { file } });
    const witness = await world.throughAs({ token: { text: old } });
    await eventually(() => client.list(secrets, { namespace }));
    await direct.delete(secrets, { namespace, name: "rotating" });
    await eventually(async () => expect(await failureOf(witness.list(secrets))).toMatchObject({ status: 401 }));
    await folder.write("token", await plane.kubectl(["create", "token", "rotating", "-n", namespace]));
    expect((await client.list(secrets, { namespace })).items).toEqual([]);
  });
});
