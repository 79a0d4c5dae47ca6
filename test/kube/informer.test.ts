import { describe, expect, it, onTestFinished } from "vitest";
import { type Informer, type InformerOptions, informer } from "../../src/kube/informer.ts";
import { configMaps } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { eventually } from "../support/eventually.ts";
import { scriptedClient } from "../support/kube-clients.ts";
import { answer, breakOff, refuse, type Script, type ScriptedServer, stream } from "../support/scripted-server.ts";
import { recordingLogger } from "./recording-logger.ts";

function config(name: string, version: number, more: object = {}): KubeObject {
  const metadata = { name, namespace: "shop", uid: `${name}-uid`, resourceVersion: String(version), ...more };
  return { apiVersion: "v1", kind: "ConfigMap", metadata };
}

function event(type: string, object: KubeObject): object {
  return { type, object };
}

function listOf(version: number, ...items: readonly KubeObject[]): Script {
  return answer(200, { metadata: { resourceVersion: String(version) }, items });
}

interface Reflected {
  readonly cache: Informer;
  readonly server: ScriptedServer;
  readonly heard: readonly string[];
}

/** A started informer of a scripted server, and what its handler hears; waits are short. */
async function reflect(scripts: readonly Script[], options: InformerOptions = {}): Promise<Reflected> {
  const { client, server } = await scriptedClient(scripts, { retries: 0 });
  const cache = informer(client, configMaps, { backoff: { baseMs: 1, maxMs: 5 }, ...options });
  const heard: string[] = [];
  cache.onChange(({ type, object }) =>
    heard.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`),
  );
  cache.start();
  onTestFinished(() => cache.stop());
  return { cache, server, heard };
}

function isWatch({ query }: ScriptedServer["requests"][number]): boolean {
  return query.get("watch") === "true";
}

describe("an informer", () => {
  it("has synced when the first list has been told, and not before", async () => {
    const { cache, heard } = await reflect([refuse(503, "ServiceUnavailable"), listOf(5, config("a", 3)), stream([])]);
    expect(cache.hasSynced()).toBe(false);
    await cache.synced;
    expect(cache.hasSynced()).toBe(true);
    expect(heard).toEqual(["added a@3"]);
    expect(cache.get({ namespace: "shop", name: "a" })?.kind).toBe("ConfigMap");
  });

  it("says so when it is stopped before it could sync", async () => {
    const { cache } = await reflect([refuse(403, "Forbidden")]);
    await cache.stop();
    await expect(cache.synced).rejects.toThrow("stopped before it had synced");
  });

  it("asks for bookmarks, for a random end of the watch, and for what was selected", async () => {
    const selection = { namespace: "shop", labelSelector: "app=web", fieldSelector: "metadata.name=a" };
    const { server } = await reflect([listOf(5), stream([])], selection);
    await eventually(() => server.requests.length === 2);
    const [list, watch] = server.requests;
    expect(list?.path).toBe("/api/v1/namespaces/shop/configmaps");
    expect(Object.fromEntries(watch?.query ?? [])).toMatchObject({
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: "5",
      labelSelector: "app=web",
      fieldSelector: "metadata.name=a",
    });
    expect(Number(watch?.query.get("timeoutSeconds"))).toBeGreaterThanOrEqual(300);
    expect(Number(watch?.query.get("timeoutSeconds"))).toBeLessThanOrEqual(600);
  });

  it("goes on from the last event or bookmark when a watch is cut, without a list", async () => {
    const { server, heard } = await reflect([
      listOf(5),
      stream([event("ADDED", config("a", 6))], "cut"),
      stream([event("BOOKMARK", config("", 20))], "cut"),
      stream([event("MODIFIED", config("a", 21))]),
    ]);
    await eventually(() => heard.length === 2);
    expect(heard).toEqual(["added a@6", "updated a@21"]);
    expect(server.requests.map(({ query }) => query.get("resourceVersion"))).toEqual([null, "5", "6", "20"]);
  });

  it("gives a silent watch up and goes on from where it was", async () => {
    const { server, heard } = await reflect(
      [listOf(5), stream([event("ADDED", config("a", 6))]), stream([event("MODIFIED", config("a", 7))])],
      { idleTimeoutMs: 1_000 },
    );
    await eventually(() => heard.length === 2);
    expect(server.requests.map(({ query }) => query.get("resourceVersion")).slice(0, 3)).toEqual([null, "5", "6"]);
  });

  it.each([
    ["as an answer", refuse(410, "Expired")],
    ["as an event", stream([{ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } }])],
  ])("lists again after 410 %s and tells what changed meanwhile, deletions too", async (_, gone) => {
    const { heard } = await reflect([
      listOf(5, config("a", 1), config("b", 2), config("c", 3)),
      gone,
      listOf(90, config("a", 1), config("b", 80), config("c", 85, { uid: "another" })),
      stream([event("DELETED", config("a", 91))]),
    ]);
    await eventually(() => heard.length === 7);
    expect(heard.slice(3)).toEqual(["updated b@80", "deleted c@3", "added c@85", "deleted a@91"]);
  });

  it("lives on through everything else that a server can do, and logs each cause once", async () => {
    const log = recordingLogger();
    const { heard } = await reflect(
      [
        breakOff,
        refuse(403, "Forbidden"),
        refuse(403, "Forbidden"),
        refuse(404, "NotFound"),
        listOf(5),
        refuse(500, "InternalError"),
        refuse(429, "TooManyRequests", { headers: { "retry-after": "0" } }),
        (response) => response.end("this is no event\n"),
        stream([], "end"),
        stream([event("ADDED", config("a", 6))]),
      ],
      { logger: log.logger },
    );
    await eventually(() => heard.length === 1);
    expect(log.lines(40).map(({ err }) => err)).toMatchObject([
      { type: "UnreachableError" },
      { status: 403 },
      { status: 500 },
      { status: 429 },
      { type: "UnreachableError" },
      { message: "the server ended the watch at once" },
    ]);
    const told = log.lines(30).filter(({ level }) => level === 30);
    expect(told.map(({ msg }) => msg)).toEqual([
      "the server does not serve this kind yet, waiting for it",
      "watching again",
    ]);
  });

  it("does not warn while the server takes in a definition", async () => {
    const log = recordingLogger();
    const message = "storage is (re)initializing";
    const busy = refuse(429, "TooManyRequests", { message, headers: { "retry-after": "0" } });
    const { cache } = await reflect([listOf(5), busy, stream([event("ADDED", config("a", 6))])], {
      logger: log.logger,
    });
    await eventually(() => cache.list("shop").length === 1);
    expect(log.lines(30).map(({ level, msg }) => [level, msg])).toEqual([
      [30, "the server does not serve this kind yet, waiting for it"],
      [30, "watching again"],
    ]);
  });

  it("waits as long as the server asks", async () => {
    const log = recordingLogger();
    const busy = refuse(429, "TooManyRequests", { headers: { "retry-after": "1" } });
    const { cache } = await reflect([busy, listOf(5), stream([])], { logger: log.logger });
    await cache.synced;
    expect(log.lines(40)).toMatchObject([{ waitMs: 1000 }]);
  });

  it("keeps telling when a handler, a transform or an indexer throws", async () => {
    const log = recordingLogger();
    const fail = (): never => {
      throw new Error("a mistake");
    };
    const { cache, heard } = await reflect([listOf(5, config("a", 1)), stream([event("ADDED", config("b", 6))])], {
      logger: log.logger,
      transform: fail,
      indexers: { broken: fail },
    });
    cache.onChange(fail);
    await eventually(() => heard.length === 2);
    expect(cache.list("shop")).toHaveLength(2);
    expect(new Set(log.lines(50).map(({ msg }) => msg))).toEqual(
      new Set(["transform failed", "indexer failed", "change handler failed"]),
    );
  });

  it("tells a handler that comes late what is there", async () => {
    const { cache } = await reflect([listOf(5, config("a", 1)), stream([])]);
    await cache.synced;
    const heard: string[] = [];
    cache.onChange(({ type, object }) => heard.push(`${type} ${object.metadata.name}`));
    expect(heard).toEqual(["added a"]);
  });

  it("drops managed fields unless it is told to keep them", async () => {
    const managed = config("a", 1, { managedFields: [{ manager: "someone", operation: "Apply" }] });
    const lean = await reflect([listOf(5, managed), stream([])]);
    const full = await reflect([listOf(5, managed), stream([])], { keepManagedFields: true });
    await Promise.all([lean.cache.synced, full.cache.synced]);
    expect(lean.cache.list()[0]?.metadata).not.toHaveProperty("managedFields");
    expect(full.cache.list()[0]?.metadata).toHaveProperty("managedFields");
  });

  it("shows own writes at once, and none of another namespace", async () => {
    const { cache, heard } = await reflect([listOf(5), stream([])], { namespace: "shop" });
    await cache.synced;
    cache.remember(config("a", 9));
    cache.remember(config("b", 10, { namespace: "elsewhere" }));
    expect(cache.list().map(({ metadata }) => metadata.name)).toEqual(["a"]);
    expect(heard).toEqual([]);
  });

  it("tells nothing any more once it has been stopped", async () => {
    const { cache, server } = await reflect([listOf(5), stream([])]);
    await eventually(() => server.requests.some(isWatch));
    await cache.stop();
    const asked = server.requests.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.requests).toHaveLength(asked);
  });

  it("moves its sign of life with every try", async () => {
    const { cache, server } = await reflect([refuse(500, "InternalError")]);
    const before = cache.lastActivity();
    await eventually(() => server.requests.length > 2 && cache.lastActivity() > before);
    expect(cache.hasSynced()).toBe(false);
  });
});
