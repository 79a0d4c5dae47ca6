import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Informer, type InformerOptions, informer } from "../../../src/kube/informer.ts";
import { configMaps, namespaces } from "../../../src/kube/kinds.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { eventually } from "../../support/eventually.ts";
import { goneEvent, goneStatus, type SeenRequest } from "../../support/fault-proxy.ts";
import { type ProxiedPlane, startProxiedPlane } from "../../support/proxied-plane.ts";

let world: ProxiedPlane;
let namespace: string;
const running: Informer[] = [];

beforeAll(async () => {
  world = await startProxiedPlane();
});

afterAll(async () => {
  await world.stop();
});

beforeEach(async () => {
  namespace = `test-${crypto.randomUUID().slice(0, 8)}`;
  await world.direct.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
});

afterEach(async () => {
  world.proxy.clear();
  world.proxy.thaw();
  await world.proxy.accept();
  await Promise.all(running.splice(0).map((cache) => cache.stop()));
});

function config(name: string): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } };
}

/** A synced informer of the test's namespace behind the proxy, and what its handler knows. */
interface Watched {
  readonly cache: Informer;
  /** Names that the handler holds, each with its uid. */
  readonly known: ReadonlyMap<string, string | undefined>;
  readonly heard: readonly string[];
}

async function watch(options: InformerOptions = {}): Promise<Watched> {
  const client = await world.through({ requestTimeoutMs: 3_000, retries: 0 });
  const cache = informer(client, configMaps, { namespace, backoff: { baseMs: 20, maxMs: 200 }, ...options });
  const known = new Map<string, string | undefined>();
  const heard: string[] = [];
  cache.onChange(({ type, object }) => {
    heard.push(`${type} ${object.metadata.name}`);
    if (type === "deleted") known.delete(object.metadata.name);
    else known.set(object.metadata.name, object.metadata.uid);
  });
  running.push(cache);
  cache.start();
  await cache.synced;
  await eventually(() => world.proxy.openWatches(isOwn) === 1);
  return { cache, known, heard };
}

/** Tells a request for the ConfigMaps of the test's namespace. */
function isOwn({ url }: SeenRequest): boolean {
  return url.includes(`/${namespace}/configmaps?`);
}

/** Requests for the ConfigMaps of the test's namespace so far. */
function requests(what: "list" | "watch"): readonly string[] {
  return world.proxy
    .requests()
    .filter((request) => isOwn(request) && request.isWatch === (what === "watch"))
    .map(({ url }) => url);
}

/** Creates, deletes and replaces objects behind the informer's back, and gives the names that its handler holds once it knows all of it. */
async function catchUp({ known }: Watched, meanwhile?: () => Promise<void>): Promise<readonly string[]> {
  const { direct } = world;
  await direct.create(configMaps, config("late"));
  await direct.delete(configMaps, { namespace, name: "doomed" });
  await direct.delete(configMaps, { namespace, name: "reborn" });
  await direct.create(configMaps, config("reborn"));
  await meanwhile?.();
  await eventually(async () => {
    const { items } = await direct.list(configMaps, { namespace });
    expect(known).toEqual(new Map(items.map(({ metadata }) => [metadata.name, metadata.uid])));
  });
  return [...known.keys()].toSorted();
}

const everything = ["late", "reborn", "steady"];

async function withObjects(): Promise<void> {
  for (const name of ["doomed", "reborn", "steady"]) await world.direct.create(configMaps, config(name));
}

describe("an informer of a real API server", () => {
  it("goes on without a list when its watch is cut", async () => {
    await withObjects();
    const watched = await watch();
    world.proxy.cut();
    expect(await catchUp(watched)).toEqual(everything);
    expect(requests("list")).toHaveLength(1);
    expect(requests("watch").length).toBeGreaterThan(1);
  });

  it("notices a half-open connection by its silence and goes on without a list", async () => {
    await withObjects();
    const watched = await watch({ idleTimeoutMs: 1_000 });
    world.proxy.freeze();
    expect(await catchUp(watched, async () => world.proxy.thaw())).toEqual(everything);
    expect(requests("list")).toHaveLength(1);
  });

  it("notices a watch that has gone silent while everything else works", async () => {
    await withObjects();
    const watched = await watch({ idleTimeoutMs: 1_000 });
    expect(world.proxy.muteWatches(isOwn)).toBe(1);
    expect(await catchUp(watched)).toEqual(everything);
    expect(requests("list")).toHaveLength(1);
  });

  it("lists again after a 410 in the watch and tells deletions that it missed", async () => {
    await withObjects();
    const watched = await watch();
    world.proxy.muteWatches(isOwn);
    const names = await catchUp(watched, async () => {
      expect(world.proxy.endWatches(goneEvent, isOwn)).toBe(1);
    });
    expect(names).toEqual(everything);
    expect(requests("list")).toHaveLength(2);
    expect(watched.heard.filter((line) => line === "deleted reborn")).toHaveLength(1);
  });

  it("lists again after a 410 as an answer", async () => {
    await withObjects();
    const watched = await watch();
    world.proxy.inject({ when: ({ isWatch }) => isWatch, answer: { status: 410, body: goneStatus } });
    world.proxy.cut();
    expect(await catchUp(watched)).toEqual(everything);
    expect(requests("list")).toHaveLength(2);
  });

  it("lives through a storm of 429 and 5xx", async () => {
    await withObjects();
    const watched = await watch();
    for (const status of [500, 429, 502, 503, 429, 504]) {
      world.proxy.inject({ times: 2, answer: { status, headers: { "retry-after": "0" } } });
    }
    world.proxy.cut();
    await eventually(() => world.proxy.pending() === 0);
    expect(await catchUp(watched)).toEqual(everything);
  });

  it("lives with slow answers", async () => {
    await withObjects();
    world.proxy.inject({ times: 100, delayMs: 300 });
    const watched = await watch();
    world.proxy.cut();
    expect(await catchUp(watched)).toEqual(everything);
  });

  it("lives through an absence of the server and never says that something was deleted because of it", async () => {
    await withObjects();
    let failures = 0;
    const metrics = { listed: () => undefined, failed: () => void (failures += 1) };
    const watched = await watch({ metrics });
    await world.proxy.refuse();
    await eventually(() => failures > 3);
    expect(watched.known.size).toBe(3);
    expect(watched.cache.list()).toHaveLength(3);
    expect(await catchUp(watched, () => world.proxy.accept())).toEqual(everything);
    expect(requests("list")).toHaveLength(1);
  });

  it("lives through a restart of the server", async () => {
    await withObjects();
    const watched = await watch();
    await world.plane.restart("kube-apiserver");
    expect(await catchUp(watched)).toEqual(everything);
    expect(watched.cache.hasSynced()).toBe(true);
  });

  it("shows an own write at once, and tells it once", async () => {
    const watched = await watch();
    const client = await world.through();
    const created = await client.create(configMaps, config("own"));
    watched.cache.remember(created);
    expect(watched.cache.get({ namespace, name: "own" })?.metadata.uid).toBe(created.metadata.uid);
    await client.create(configMaps, config("marker"));
    await eventually(() => watched.known.has("marker"));
    expect(watched.heard.filter((line) => line.endsWith(" own"))).toEqual(["added own"]);
  });

  it("drops an own write that its selector leaves out, and follows one that leaves the selection", async () => {
    const watched = await watch({ labelSelector: "app=web" });
    const labelled = (name: string): KubeObject => ({
      ...config(name),
      metadata: { name, namespace, labels: { app: "web" } },
    });
    watched.cache.remember(await world.direct.create(configMaps, config("unlabelled")));
    await world.direct.create(configMaps, labelled("labelled"));
    await eventually(() => watched.known.has("labelled"));
    await eventually(() => watched.cache.list().every(({ metadata }) => metadata.name !== "unlabelled"));
    const leaving = { metadata: { labels: { app: null } } };
    const left = await world.direct.patch(
      configMaps,
      { namespace, name: "labelled" },
      { type: "merge", body: leaving },
    );
    watched.cache.remember(left);
    await eventually(() => !watched.known.has("labelled"));
    expect(watched.cache.get({ namespace, name: "labelled" })).toBeUndefined();
  });
});
