import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { rows } from "../../src/cluster/sync/kinds.ts";
import { missingRight } from "../../src/cluster/sync/missing-right.ts";
import { manifestObjects, rightsIn, rulesOf } from "../support/rights.ts";

describe("the rights of the operator in deploy/rbac", () => {
  it("are the same in single namespaces as in all of them", async () => {
    expect(await rulesOf("namespaced")).toEqual(await rulesOf("cluster-wide"));
  });

  it("let it see every kind that a cluster may be made of", async () => {
    const rights = new Set(rightsIn(await rulesOf("cluster-wide")));
    const kinds = rows.map(({ kind }) => {
      const [group = "", version] = kind.apiVersion.split("/");
      return version === undefined ? kind.plural : `${kind.plural}.${group}`;
    });
    const unseen = kinds.filter((kind) => !rights.has(`list ${kind}`) || !rights.has(`watch ${kind}`));
    expect(unseen).toEqual([]);
  });

  it("name no verb, resource or group by a wildcard", async () => {
    const files = ["operator", "cluster-wide", "namespaced", "cluster-reads", "definition"] as const;
    const all = (await Promise.all(files.map(rulesOf))).flat();
    expect(JSON.stringify(all)).not.toContain("*");
  });

  it("are never a ClusterRole in the file for single namespaces, nor bound to a namespace by it", async () => {
    const objects = await manifestObjects("rbac/namespaced.yaml");
    expect(objects.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([
      ["Role", undefined],
      ["RoleBinding", undefined],
    ]);
  });
});

describe("the roles for people", () => {
  it("are aggregated into no other role", async () => {
    for (const { metadata, aggregationRule } of await manifestObjects("rbac/users.yaml")) {
      expect(Object.keys(metadata.labels ?? {}).filter((label) => label.includes("aggregate-to"))).toEqual([]);
      expect(aggregationRule).toBeUndefined();
    }
  });
});

describe("the sentence about a missing right", () => {
  it.each([
    [
      { verb: "patch", resource: "deployments", group: "apps", namespace: "a" },
      "the operator may not patch deployments.apps in namespace a: " +
        "apply deploy/rbac/namespaced.yaml to the namespace, or deploy/rbac/cluster-wide.yaml",
    ],
    [
      { verb: "list", resource: "secrets", group: "" },
      "the operator may not list secrets in the Kubernetes cluster as a whole: " +
        "apply deploy/rbac/cluster-wide.yaml, or name the namespaces with --watch-namespaces",
    ],
    [
      { verb: "list", resource: "services", group: "" },
      "the operator may not list services in the Kubernetes cluster as a whole: apply deploy/rbac/cluster-reads.yaml",
    ],
    [
      { verb: "create", resource: "leases", group: "coordination.k8s.io", namespace: "onecloud" },
      "the operator may not create leases.coordination.k8s.io in namespace onecloud: apply deploy/rbac/operator.yaml",
    ],
  ])("says of %j what may not be done, where, and the remedy", (denial, sentence) => {
    expect(missingRight(denial)).toBe(sentence);
  });

  it("names files that exist", async () => {
    const files = await readdir("deploy/rbac");
    const resources = ["nodes", "storageclasses", "customresourcedefinitions", "leases", "pods"];
    const sentences = resources.flatMap((resource) =>
      [undefined, "a"].map((namespace) =>
        missingRight({ verb: "get", resource, group: "", ...(namespace !== undefined && { namespace }) }),
      ),
    );
    const named = sentences.flatMap((text) =>
      [...text.matchAll(/deploy\/rbac\/([a-z-]+\.yaml)/g)].map(([, file]) => file),
    );
    expect(named.filter((file) => !files.includes(file ?? ""))).toEqual([]);
  });
});
