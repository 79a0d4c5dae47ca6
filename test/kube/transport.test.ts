import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import type { Client } from "../../src/kube/client.ts";
import { deployments } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { failureOf } from "../support/failure-of.ts";
import { scriptedClient } from "../support/kube-clients.ts";
import { answer, breakOff, refuse, type Script, silence } from "../support/scripted-server.ts";
import { recordingLogger } from "./recording-logger.ts";

const web: KubeObject = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "shop" } };
const key = { namespace: "shop", name: "web" };

describe("tries of a call", () => {
  it("are repeated for reads until the server answers", async () => {
    const { client, server } = await scriptedClient([refuse(500, "InternalError"), breakOff, answer(200, web)]);
    expect(await client.get(deployments, key)).toEqual(web);
    expect(server.requests).toHaveLength(3);
  });

  it("of a write that the server cannot digest are not repeated, unless it asks for that", async () => {
    const apply = async (...scripts: readonly Script[]): Promise<number> => {
      const { client, server } = await scriptedClient([...scripts, answer(200, web)]);
      await client.apply(deployments, web, { fieldManager: "t" }).catch(() => undefined);
      return server.requests.length;
    };
    expect(await apply(refuse(500, "InternalError"))).toBe(1);
    expect(await apply(refuse(500, "InternalError", { headers: { "retry-after": "0" } }))).toBe(2);
    expect(await apply(refuse(503, "ServiceUnavailable"))).toBe(2);
  });

  it("of a create are repeated after 429, where the server did nothing", async () => {
    const { client, server } = await scriptedClient([refuse(429, "TooManyRequests"), answer(201, web)]);
    await client.create(deployments, web);
    expect(server.requests).toHaveLength(2);
  });

  it("of a create are not repeated when the server may have acted", async () => {
    for (const script of [breakOff, refuse(500, "InternalError"), refuse(504, "Timeout")]) {
      const { client, server } = await scriptedClient([script, answer(201, web)]);
      await failureOf(client.create(deployments, web));
      expect(server.requests).toHaveLength(1);
    }
  });

  it("of an update, delete or patch are repeated only where a second one does no more than the first", async () => {
    const repeats = async (act: (client: Client) => Promise<unknown>) => {
      const { client, server } = await scriptedClient([breakOff, answer(200, web)]);
      await act(client).catch(() => undefined);
      return server.requests.length > 1;
    };
    const versioned = { ...web, metadata: { ...web.metadata, resourceVersion: "3" } };
    expect(await repeats((client) => client.update(deployments, versioned))).toBe(true);
    expect(await repeats((client) => client.update(deployments, web))).toBe(false);
    expect(await repeats((client) => client.delete(deployments, key, { uid: "u" }))).toBe(true);
    expect(await repeats((client) => client.delete(deployments, key))).toBe(false);
    expect(await repeats((client) => client.apply(deployments, web, { fieldManager: "t" }))).toBe(true);
    expect(await repeats((client) => client.patch(deployments, key, { type: "merge", body: {} }))).toBe(true);
    expect(await repeats((client) => client.patch(deployments, key, { type: "json", body: [] }))).toBe(false);
  });

  it("wait as long as the server asks, and not beyond the deadline", async () => {
    const wait = (seconds: string) => refuse(429, "TooManyRequests", { headers: { "retry-after": seconds } });
    const log = recordingLogger();
    const patient = await scriptedClient([wait("1"), answer(200, web)], { logger: log.logger });
    expect(await patient.client.get(deployments, key)).toEqual(web);
    expect(log.lines()).toMatchObject([{ msg: "trying a request again", waitMs: 1000 }]);
    const hasty = await scriptedClient([wait("3600")]);
    const error = await failureOf(hasty.client.get(deployments, key));
    expect(error).toMatchObject({ status: 429, retryAfterSeconds: 3600 });
    expect(hasty.server.requests).toHaveLength(1);
  });

  it("end after the last one with the last error", async () => {
    const { client, server } = await scriptedClient([refuse(503, "ServiceUnavailable")], { retries: 2 });
    expect(await failureOf(client.get(deployments, key))).toMatchObject({ status: 503 });
    expect(server.requests).toHaveLength(3);
  });

  it("end when nothing is answered in time, and leave the connections that were silent", async () => {
    const { client, server } = await scriptedClient([silence, answer(200, web)], { requestTimeoutMs: 1_000 });
    expect(await client.get(deployments, key)).toEqual(web);
    expect(server.connections()).toBe(2);
    const dead = await scriptedClient([silence], { requestTimeoutMs: 50, retries: 1 });
    expect(await failureOf(dead.client.get(deployments, key))).toMatchObject({
      name: "UnreachableError",
      timedOut: true,
    });
  });

  it("end at once when the caller loses interest", async () => {
    const { client } = await scriptedClient([silence]);
    const controller = new AbortController();
    const reading = failureOf(client.get(deployments, key, { signal: controller.signal }));
    controller.abort(new Error("not needed any more"));
    expect(await reading).toMatchObject({ message: "not needed any more" });
  });

  it("leave nothing behind at a signal that lives longer than they do", async () => {
    const { client, server } = await scriptedClient([
      answer(200, web),
      refuse(503, "ServiceUnavailable"),
      answer(200, web),
    ]);
    const { signal } = new AbortController();
    for (let call = 0; call < 5; call += 1) await client.get(deployments, key, { signal });
    expect(server.requests).toHaveLength(6);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
