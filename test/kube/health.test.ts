import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type HealthServer, type HealthServerOptions, startHealthServer } from "../../src/kube/health.ts";
import { notStuck, stillTrying, synced } from "../../src/kube/health-checks.ts";
import { manualClock } from "./manual-clock.ts";
import { recordingLogger, silentLogger } from "./recording-logger.ts";

const running: HealthServer[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

async function start(options: Partial<HealthServerOptions>): Promise<HealthServer> {
  const server = await startHealthServer({ port: 0, host: "127.0.0.1", logger: silentLogger, ...options });
  running.push(server);
  return server;
}

async function get({ port }: HealthServer, path: string, method = "GET") {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  return { status: response.status, body: await response.text(), type: response.headers.get("content-type") };
}

describe("the health server", () => {
  it("answers ok while every check passes, and a line per check when asked", async () => {
    const server = await start({ healthz: [passing("controller"), passing("reflector")] });
    expect(await get(server, "/healthz")).toMatchObject({ status: 200, body: "ok" });
    expect(await get(server, "/healthz?verbose")).toMatchObject({
      status: 200,
      body: "[+]controller ok\n[+]reflector ok\nhealthz check passed\n",
    });
  });

  it("answers 500 and names what failed, also when a check throws", async () => {
    const broken = () => {
      throw new Error("cannot tell");
    };
    const server = await start({
      readyz: [passing("one"), { name: "two", check: () => "not synced yet" }, { name: "three", check: broken }],
    });
    expect(await get(server, "/readyz")).toMatchObject({
      status: 500,
      body: "[+]one ok\n[-]two failed: not synced yet\n[-]three failed: cannot tell\nreadyz check failed\n",
    });
  });

  it("logs once why the process is not healthy, however often it is asked", async () => {
    let seconds = 300;
    const { logger, ...log } = recordingLogger();
    const server = await start({ logger, healthz: [{ name: "reflector", check: () => `no try for ${seconds++} s` }] });
    await get(server, "/healthz");
    await get(server, "/healthz");
    expect(log.lines(40)).toMatchObject([
      { level: 50, failures: [{ name: "reflector", problem: "no try for 300 s" }] },
    ]);
  });

  it("shows metrics with their content type, and a failure to make them as 500", async () => {
    const metrics = { contentType: "text/plain; version=0.0.4", text: async () => "up 1\n" };
    expect(await get(await start({ metrics }), "/metrics")).toEqual({
      status: 200,
      body: "up 1\n",
      type: "text/plain; version=0.0.4",
    });
    const broken = { ...metrics, text: () => Promise.reject(new Error("no registry")) };
    expect(await get(await start({ metrics: broken }), "/metrics")).toMatchObject({
      status: 500,
      body: "no registry\n",
    });
  });

  it("serves only what it was given, and only reading", async () => {
    const server = await start({ healthz: [] });
    expect(await get(server, "/metrics")).toMatchObject({ status: 404 });
    expect(await get(server, "/readyz")).toMatchObject({ status: 404 });
    expect(await get(server, "/")).toMatchObject({ status: 404 });
    expect(await get(server, "/healthz", "POST")).toMatchObject({ status: 405 });
    expect(await get(server, "/healthz", "HEAD")).toMatchObject({ status: 200, body: "" });
  });

  it("closes at once although a client holds its connection open", async () => {
    const server = await start({ healthz: [] });
    const socket = connect(server.port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await server.close();
    await closed;
    await expect(fetch(`http://127.0.0.1:${server.port}/healthz`)).rejects.toThrow("fetch failed");
  });

  it("says which port is taken when it cannot listen", async () => {
    const { port } = await start({ healthz: [] });
    await expect(start({ port, healthz: [] })).rejects.toThrow(`listen on 127.0.0.1, port ${port}: `);
  });
});

describe("the checks", () => {
  it("fail while a key is in work beyond its deadline", () => {
    const free = notStuck("controller", { stuck: () => undefined });
    const busy = notStuck("controller", { stuck: () => "ns/a" });
    expect(free.check()).toBeUndefined();
    expect(busy.check()).toBe("ns/a is in work beyond its deadline");
  });

  it("fail when a reflector has not tried for five minutes, counted from its start, and pass when it tries again", async () => {
    const clock = manualClock();
    let lastActivity = 0;
    const reflector = { hasSynced: () => false, lastActivity: () => lastActivity };
    const trying = stillTrying("reflector", reflector, clock);
    await clock.advance(300_000);
    expect(trying.check()).toBeUndefined();
    await clock.advance(1_000);
    expect(trying.check()).toBe("no try for 301 s");
    lastActivity = clock.now();
    expect(trying.check()).toBeUndefined();
  });

  it("fail until a cache is synced", () => {
    let hasSynced = false;
    const cache = synced("cache", { hasSynced: () => hasSynced, lastActivity: () => 0 });
    expect(cache.check()).toBe("not synced yet");
    hasSynced = true;
    expect(cache.check()).toBeUndefined();
  });
});

function passing(name: string) {
  return { name, check: () => undefined };
}
