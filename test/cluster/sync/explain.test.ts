import { describe, expect, it } from "vitest";
import { explain } from "../../../src/cluster/sync/explain.ts";
import { ApiError } from "../../../src/kube/api-error.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { plainObject } from "../../support/plain-objects.ts";

const taken = new Error("apply: spec.ports[0].nodePort: Invalid value: 30500: provided port is already allocated");

function service(name: string, nodePort: number, more: Partial<KubeObject["metadata"]> = {}): KubeObject {
  return plainObject("Service", name, {
    metadata: { name, ...more },
    spec: { ports: [{ port: 1 }, { port: 2, nodePort }] },
  });
}

describe("why a Service was refused", () => {
  it("names the Service and the component that hold its port, in whatever namespace", async () => {
    const labels = { "app.kubernetes.io/component": "keystone" };
    const store = memoryStore(
      service("prod-keystone", 30500),
      service("test-keystone", 30500, { namespace: "test", labels }),
    );
    expect(await explain(taken, service("prod-keystone", 30500), store)).toEqual({
      reason: "NodePortTaken",
      message:
        "node port 30500 is taken by Service test/test-keystone of component keystone: " +
        "choose another nodePort in the spec, or set internalOnly",
    });
  });

  it("names every port that is taken, though the API server names but the first", async () => {
    const wanted = plainObject("Service", "prod-keystone", {
      spec: { ports: [{ nodePort: 30500 }, { nodePort: 30501 }, { nodePort: 30357 }] },
    });
    const store = memoryStore(
      service("a", 30500, { namespace: "shop" }),
      service("b", 30357, { namespace: "shop" }),
      service("c", 30358),
    );
    expect((await explain(taken, wanted, store)).message).toBe(
      "node port 30500 is taken by Service shop/a, node port 30357 is taken by Service shop/b: " +
        "choose another nodePort in the spec, or set internalOnly",
    );
  });

  it("names a Service that belongs to no component", async () => {
    const store = memoryStore(service("shop", 30500, { namespace: "shop" }));
    const { message } = await explain(taken, service("prod-keystone", 30500), store);
    expect(message).toContain("is taken by Service shop/shop: choose");
  });

  it("is what the API server said when nobody can be named", async () => {
    expect(await explain(taken, service("prod-keystone", 30500), memoryStore(service("shop", 30501)))).toEqual({
      reason: "NodePortTaken",
      message: taken.message,
    });
  });

  it("is what the API server said where nobody answers", async () => {
    const store = { ...memoryStore(), list: () => Promise.reject(new Error("away")) };
    expect(await explain(taken, service("prod-keystone", 30500), store)).toEqual({
      reason: "NodePortTaken",
      message: taken.message,
    });
  });

  it("names the port alone where the operator may not look, and the file that would let it", async () => {
    const store = { ...memoryStore(), list: () => Promise.reject(denied("list", "services")) };
    expect(await explain(taken, service("prod-keystone", 30500), store)).toEqual({
      reason: "NodePortTaken",
      message:
        "node port 30500 is taken: choose another nodePort in the spec, or set internalOnly; which Service has it is not known, " +
        "because the operator may not list services in the Kubernetes cluster as a whole: apply deploy/rbac/cluster-reads.yaml",
    });
  });
});

function denied(verb: string, resource: string, where = "at the cluster scope"): ApiError {
  const message = `User "op" cannot ${verb} resource "${resource}" in API group "" ${where}`;
  return new ApiError({ act: verb, method: "PATCH", path: "/" }, { code: 403, status: { message } });
}

describe("why any object was refused", () => {
  it("is the right that is missing, with the file that grants it", async () => {
    const error = denied("patch", "secrets", 'in the namespace "a"');
    const { reason, message } = await explain(error, plainObject("Secret", "x"), memoryStore());
    expect(reason).toBe("Forbidden");
    expect(message).toContain("may not patch secrets in namespace a: apply deploy/rbac/namespaced.yaml");
  });

  it.each([
    [new Error("broken"), "broken"],
    ["text", "text"],
  ])("is said in words for %o", async (error, message) => {
    expect(await explain(error, plainObject("Secret", "x"), memoryStore())).toEqual({ reason: "ApplyFailed", message });
  });
});
