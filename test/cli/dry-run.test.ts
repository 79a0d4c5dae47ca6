import { describe, expect, it } from "vitest";
import { dryRun } from "../../src/cli/dry-run.ts";
import { deployments } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { scriptedClient } from "../support/kube-clients.ts";
import { answer, refuse } from "../support/scripted-server.ts";

const key = { namespace: "shop", name: "web" };

function web(resourceVersion: string): KubeObject {
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { ...key, resourceVersion } };
}

describe("a dry run", () => {
  it("asks for an object once, and again when a controller has changed it before a write", async () => {
    const { client, server } = await scriptedClient([
      answer(200, web("1")),
      refuse(409, "Conflict"),
      answer(200, web("2")),
    ]);
    const { store } = dryRun(client, new Map());
    expect(await store.get(deployments, key)).toEqual(web("1"));
    expect(await store.get(deployments, key)).toEqual(web("1"));
    await expect(store.save(deployments, web("1"))).rejects.toThrow("Conflict");
    expect(await store.get(deployments, key)).toEqual(web("2"));
    expect(server.requests.map(({ method }) => method)).toEqual(["GET", "PUT", "GET"]);
    expect(server.requests[1]?.query.get("dryRun")).toBe("All");
  });
});
