import { describe, expect, it } from "vitest";
import { isAlreadyExists, isConflict, isForbidden, isInvalid, UnreachableError } from "../../src/kube/api-error.ts";
import { configMaps, deployments, nodes, secrets } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import type { RequestSample } from "../../src/kube/exchange.ts";
import { scriptedClient } from "../support/kube-clients.ts";
import { failureOf } from "../support/failure-of.ts";
import { answer, breakOff, refuse, silence } from "../support/scripted-server.ts";

const web: KubeObject = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "shop" } };
const key = { namespace: "shop", name: "web" };
const missing = refuse(404, "NotFound", { details: { name: "web", kind: "deployments" } });

describe("calls", () => {
  it("reads an object as the server sends it, with fields that nobody knows", async () => {
    const stored = { ...web, spec: { fieldOfTomorrow: [1, null] } };
    const { client, server } = await scriptedClient([answer(200, stored)]);
    expect(await client.get(deployments, key)).toEqual(stored);
    expect(server.requests[0]).toMatchObject({ method: "GET", path: "/apis/apps/v1/namespaces/shop/deployments/web" });
  });

  it("says undefined of an object that does not exist, and fails for a kind that does not", async () => {
    const { client } = await scriptedClient([missing, (response) => response.writeHead(404).end("404 page not found")]);
    expect(await client.get(deployments, key)).toBeUndefined();
    await expect(client.get(deployments, key)).rejects.toThrow("get deployments shop/web: the server answered 404");
  });

  it("puts pages together and names the kind of every item", async () => {
    const item = (name: string): object => ({ metadata: { name } });
    const { client, server } = await scriptedClient([
      answer(200, { metadata: { resourceVersion: "7", continue: "more" }, items: [item("a")] }),
      answer(200, { metadata: { resourceVersion: "7" }, items: [item("b")] }),
    ]);
    const list = await client.list(nodes, { labelSelector: "role=worker" });
    expect(list.resourceVersion).toBe("7");
    expect(list.items.map(({ apiVersion, kind, metadata }) => [apiVersion, kind, metadata.name])).toEqual([
      ["v1", "Node", "a"],
      ["v1", "Node", "b"],
    ]);
    expect(server.requests.map(({ query }) => Object.fromEntries(query))).toEqual([
      { labelSelector: "role=worker", limit: "500" },
      { labelSelector: "role=worker", limit: "500", continue: "more" },
    ]);
  });

  it("reads metadata alone when told, also where the server has nothing to list", async () => {
    const { client, server } = await scriptedClient([
      answer(200, { metadata: { resourceVersion: "7" }, items: null }),
      answer(200, { metadata: { resourceVersion: "7" }, items: [] }),
    ]);
    expect((await client.list(secrets, { metadataOnly: true })).items).toEqual([]);
    await client.list(secrets);
    expect(server.requests.map(({ headers }) => headers.accept)).toEqual([
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
      "application/json",
    ]);
  });

  it("reads a list again in one piece when the server forgot the state of its pages", async () => {
    const { client, server } = await scriptedClient([
      answer(200, { metadata: { resourceVersion: "7", continue: "more" }, items: [{ metadata: { name: "old" } }] }),
      refuse(410, "Expired"),
      answer(200, { metadata: { resourceVersion: "9" }, items: [{ metadata: { name: "new" } }] }),
    ]);
    const list = await client.list(nodes);
    expect(list.items.map(({ metadata }) => metadata.name)).toEqual(["new"]);
    expect(server.requests[2]?.query.get("limit")).toBeNull();
  });

  it("applies with its manager, by force only when told", async () => {
    const { client, server } = await scriptedClient([answer(200, web)]);
    await client.apply(deployments, web, { fieldManager: "tester", force: true, dryRun: true, subresource: "status" });
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: "PATCH",
      path: "/apis/apps/v1/namespaces/shop/deployments/web/status",
      body: web,
    });
    expect(request?.headers["content-type"]).toBe("application/apply-patch+yaml");
    expect(Object.fromEntries(request?.query ?? [])).toEqual({ fieldManager: "tester", dryRun: "All", force: "true" });
  });

  it("applies only what is new under a version that no object has", async () => {
    const { client, server } = await scriptedClient([answer(201, web)]);
    await client.apply(deployments, web, { fieldManager: "tester", onlyNew: true });
    expect(server.requests[0]?.body).toEqual({ ...web, metadata: { ...web.metadata, resourceVersion: "1" } });
  });

  it("sends each kind of patch under its media type", async () => {
    const { client, server } = await scriptedClient([answer(200, web)]);
    for (const type of ["merge", "json", "strategic"] as const)
      await client.patch(deployments, key, { type, body: {} });
    expect(server.requests.map(({ headers }) => headers["content-type"])).toEqual([
      "application/merge-patch+json",
      "application/json-patch+json",
      "application/strategic-merge-patch+json",
    ]);
  });

  it("tells whether there was something to delete, and binds a deletion to one object", async () => {
    const { client, server } = await scriptedClient([answer(200, {}), missing]);
    expect(await client.delete(deployments, key, { uid: "u1", propagationPolicy: "Background" })).toBe(true);
    expect(await client.delete(deployments, key)).toBe(false);
    expect(server.requests[0]?.body).toMatchObject({ preconditions: { uid: "u1" }, propagationPolicy: "Background" });
  });

  it("reuses its connection", async () => {
    const { client, server } = await scriptedClient([answer(200, web)]);
    for (let call = 0; call < 20; call += 1) await client.get(deployments, key);
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it("reads any path, as JSON or as text", async () => {
    const { client } = await scriptedClient([answer(200, { paths: {} }), (response) => response.end("ok")]);
    expect(await client.raw("/openapi/v3")).toEqual({ paths: {} });
    expect(await client.raw("/readyz")).toBe("ok");
  });

  it("hands warnings of the server on", async () => {
    const warnings: string[] = [];
    const warning = '299 - "unknown field \\"spec.colour\\""';
    const { client } = await scriptedClient([answer(201, web, { warning })], {
      onWarning: (text) => warnings.push(text),
    });
    await client.create(deployments, web);
    expect(warnings).toEqual(['unknown field "spec.colour"']);
  });

  it("counts every try with verb and code", async () => {
    const samples: RequestSample[] = [];
    const { client } = await scriptedClient([refuse(503, "ServiceUnavailable"), breakOff, answer(200, web)], {
      metrics: { observeRequest: (sample) => samples.push(sample) },
    });
    await client.get(deployments, key);
    expect(samples.map(({ verb, code }) => `${verb} ${code}`)).toEqual(["get 503", "get <error>", "get 200"]);
  });
});

describe("errors", () => {
  it("say what was being done and why it failed", async () => {
    const details = { name: "web", causes: [{ field: "spec.replicas", message: "must not be negative" }] };
    const { client } = await scriptedClient([refuse(422, "Invalid", { message: "spec.replicas is wrong", details })]);
    const error = await failureOf(client.update(deployments, web));
    expect(isInvalid(error)).toBe(true);
    expect(error).toMatchObject({ message: "update deployments shop/web: spec.replicas is wrong", details });
  });

  it("tell an existing object from a conflict", async () => {
    const { client } = await scriptedClient([refuse(409, "AlreadyExists"), refuse(409, "Conflict")]);
    const exists = await failureOf(client.create(deployments, web));
    const conflict = await failureOf(client.update(deployments, web));
    expect([isAlreadyExists(exists), isConflict(exists)]).toEqual([true, false]);
    expect([isAlreadyExists(conflict), isConflict(conflict)]).toEqual([false, true]);
  });

  it("name the rights that are missing", async () => {
    const message = 'deployments.apps "web" is forbidden: User "x" cannot get resource';
    const { client } = await scriptedClient([refuse(403, "Forbidden", { message })]);
    const error = await failureOf(client.get(deployments, key));
    expect(isForbidden(error)).toBe(true);
    expect(String(error)).toContain(message);
  });

  it("repeat nothing that the server says about a Secret", async () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s", namespace: "shop" },
      stringData: { a: "canary" },
    };
    const details = { causes: [{ reason: "FieldValueInvalid", field: "data.a", message: "canary is no base64" }] };
    const { client } = await scriptedClient([
      refuse(422, "Invalid", { message: "invalid value: canary", details }),
      (response) => response.end("canary"),
    ]);
    const refused = await failureOf(client.create(secrets, secret));
    const broken = await failureOf(client.create(secrets, secret));
    expect(JSON.stringify([refused, String(refused), String(broken), broken])).not.toContain("canary");
    expect(refused).toMatchObject({ details: { causes: [{ field: "data.a" }] } });
  });

  it("of a server that is away are UnreachableError", async () => {
    const { client, server } = await scriptedClient([silence], { retries: 0 });
    await server.close();
    await expect(client.get(deployments, key)).rejects.toBeInstanceOf(UnreachableError);
  });

  it("refuse an object without namespace before anything is sent", async () => {
    const { client, server } = await scriptedClient([silence]);
    const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" } };
    await expect(client.create(configMaps, config)).rejects.toThrow("configmaps x: a namespace is needed");
    expect(server.requests).toHaveLength(0);
  });
});
