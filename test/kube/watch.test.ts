import { describe, expect, it } from "vitest";
import { ApiError, isGone, UnreachableError } from "../../src/kube/api-error.ts";
import { deployments } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { scriptedClient } from "../support/kube-clients.ts";
import { refuse, stream } from "../support/scripted-server.ts";

const web: KubeObject = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "shop" } };

describe("a watch", () => {
  const event = (type: string, resourceVersion: string): object => ({
    type,
    object: { ...web, metadata: { ...web.metadata, resourceVersion } },
  });

  async function read(
    scripts: Parameters<typeof scriptedClient>[0],
    idleTimeoutMs = 5_000,
  ): Promise<{ readonly seen: readonly string[]; readonly error: unknown }> {
    const { client } = await scriptedClient(scripts);
    const seen: string[] = [];
    try {
      for await (const { type } of client.watch(deployments, { resourceVersion: "1", idleTimeoutMs })) seen.push(type);
      return { seen, error: undefined };
    } catch (error) {
      return { seen, error };
    }
  }

  it("gives events in order and ends when the server ends it", async () => {
    const events = [event("ADDED", "2"), event("MODIFIED", "3"), event("BOOKMARK", "9"), event("DELETED", "10")];
    const { seen, error } = await read([stream(events, "end")]);
    expect(seen).toEqual(["ADDED", "MODIFIED", "BOOKMARK", "DELETED"]);
    expect(error).toBeUndefined();
  });

  it("gives events whole when they come in pieces, also within a letter", async () => {
    const text = Buffer.from(`${JSON.stringify({ type: "ADDED", object: { ...web, note: "Zürich" } })}\n`);
    const half = text.indexOf("ü") + 1;
    const { client } = await scriptedClient([
      (response) => {
        response.write(text.subarray(0, half));
        setTimeout(() => response.end(text.subarray(half)), 20);
      },
    ]);
    const notes: unknown[] = [];
    for await (const { object } of client.watch(deployments, {})) notes.push(object["note"]);
    expect(notes).toEqual(["Zürich"]);
  });

  it("fails with the error that the server puts into it", async () => {
    const gone = { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired", message: "too old" } };
    const { seen, error } = await read([stream([event("ADDED", "2"), gone])]);
    expect(seen).toEqual(["ADDED"]);
    expect(isGone(error)).toBe(true);
  });

  it("fails when it is refused, cut, or silent for too long", async () => {
    expect((await read([refuse(410, "Expired")])).error).toBeInstanceOf(ApiError);
    expect((await read([stream([event("ADDED", "2")], "cut")])).error).toBeInstanceOf(UnreachableError);
    const silent = await read([stream([event("ADDED", "2")])], 1_000);
    expect(silent.seen).toEqual(["ADDED"]);
    expect(silent.error).toMatchObject({ name: "UnreachableError", timedOut: true });
  });

  it("ends quietly when its caller stops it", async () => {
    const { client } = await scriptedClient([stream([event("ADDED", "2")])]);
    const controller = new AbortController();
    const seen: string[] = [];
    for await (const { type } of client.watch(deployments, { signal: controller.signal })) {
      seen.push(type);
      controller.abort();
    }
    expect(seen).toEqual(["ADDED"]);
  });

  it("gives its connection back when its reader leaves early", async () => {
    const { client, server } = await scriptedClient([stream([event("ADDED", "2")])]);
    for await (const _ of client.watch(deployments, {})) break;
    for await (const _ of client.watch(deployments, {})) break;
    expect(server.requests).toHaveLength(2);
  });
});
