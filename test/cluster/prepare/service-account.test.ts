import { describe, expect, it } from "vitest";
import { ensureServiceAccount } from "../../../src/cluster/prepare/service-account.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { meantBy } from "../../support/cluster-scope.ts";
import { memoryStore } from "../../support/memory-store.ts";

const prod = meantBy();
const test = { ...prod, name: "test", uid: "another-uid" };

function account(metadata: Partial<KubeObject["metadata"]>): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "onecloud-operator", namespace: "onecloud", ...metadata },
  };
}

describe("the ServiceAccount of a namespace", () => {
  it("is made once, with a plain owner, and not written again", async () => {
    const store = memoryStore();
    await ensureServiceAccount(prod, store);
    expect(store.writes()).toEqual(["save ServiceAccount onecloud-operator"]);
    const owners = store.look("ServiceAccount", "onecloud-operator")?.metadata.ownerReferences;
    expect(owners).toMatchObject([{ name: "prod", uid: "cluster-uid" }]);
    expect(owners?.[0]).not.toHaveProperty("controller");
    await ensureServiceAccount(prod, store);
    expect(store.writes()).toEqual([]);
  });

  it("is shared by its clusters, each of which owns it", async () => {
    const store = memoryStore();
    for (const cluster of [prod, test, prod]) await ensureServiceAccount(cluster, store);
    const owners = store.look("ServiceAccount", "onecloud-operator")?.metadata.ownerReferences ?? [];
    expect(owners.map(({ name }) => name)).toEqual(["prod", "test"]);
  });

  it("is used as it is when somebody else made it", async () => {
    const store = memoryStore(account({ labels: { "app.kubernetes.io/managed-by": "Helm" } }));
    await ensureServiceAccount(prod, store);
    expect(store.writes()).toEqual([]);
  });

  it("gets its labels and owner back, and keeps what others added", async () => {
    const labels = { "app.kubernetes.io/managed-by": "onecloud-operator", mine: "kept" };
    const store = memoryStore(account({ labels }));
    await ensureServiceAccount(prod, store);
    const { metadata } = store.look("ServiceAccount", "onecloud-operator") ?? account({});
    expect(metadata.labels).toMatchObject({ mine: "kept", "app.kubernetes.io/name": "onecloud-cluster" });
    expect(metadata.ownerReferences).toHaveLength(1);
  });
});
