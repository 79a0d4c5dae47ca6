import { describe, expect, it } from "vitest";
import { workloadAt } from "../../../src/cluster/sync/kinds.ts";
import { memoryStore } from "../../support/memory-store.ts";

function objectOf(kind: string, name: string) {
  const apiVersion = kind === "Service" ? "v1" : "apps/v1";
  return { apiVersion, kind, metadata: { name, namespace: "onecloud" } };
}

describe("the workload of a name", () => {
  it.each(["Deployment", "StatefulSet", "DaemonSet"])("is found when it is a %s", (kind) => {
    const store = memoryStore(objectOf("Service", "prod-web"), objectOf(kind, "prod-web"));
    expect(workloadAt(store, { namespace: "onecloud", name: "prod-web" })).toMatchObject({ kind });
    expect(workloadAt(store, { namespace: "onecloud", name: "prod-logger" })).toBeUndefined();
  });
});
