import { describe, expect, it } from "vitest";
import type { LiveClaim } from "../../../src/cluster/api/facts.ts";
import type { StatefulDeploymentSpec } from "../../../src/cluster/api/shapes.ts";
import { claim, claimName, isLocal } from "../../../src/cluster/objects/claim.ts";
import { inputsFor, scopeFor } from "../../support/cluster-scope.ts";

function glance(storageClassName?: string, liveClaims: readonly LiveClaim[] = []) {
  const spec = storageClassName === undefined ? {} : { glance: { storageClassName } };
  return scopeFor<StatefulDeploymentSpec>("glance", inputsFor(spec, { facts: { liveClaims } }));
}

const local = { name: "prod-glance", storageClassName: "local-path" };
const ceph = { name: "prod-glance-ceph", storageClassName: "ceph" };

describe("the claim of a component", () => {
  it.each([
    { which: "of its own name with the class local-path", live: [], name: "prod-glance" },
    { which: "of its own name and class with any other", asked: "ceph", live: [], name: "prod-glance-ceph" },
    {
      which: "the one that is there, whatever class the spec asks for",
      asked: "ceph",
      live: [local],
      name: local.name,
    },
    { which: "the one that is there, though the spec asks for local-path now", live: [ceph], name: ceph.name },
    {
      which: "the one that the spec asks for where both are there",
      asked: "ceph",
      live: [local, ceph],
      name: ceph.name,
    },
    {
      which: "not one of another component",
      asked: "ceph",
      live: [{ name: "prod-other", storageClassName: "local-path" }],
      name: "prod-glance-ceph",
    },
  ])("is $which", ({ asked, live, name }) => {
    const scope = glance(asked, live);
    expect(claimName(scope)).toBe(name);
    expect(claim(scope).metadata.name).toBe(name);
  });

  it("binds pods to a node by the class that it has, not by that of the spec", () => {
    expect(isLocal(glance())).toBe(true);
    expect(isLocal(glance("ceph"))).toBe(false);
    expect(isLocal(glance("ceph", [local]))).toBe(true);
    expect(isLocal(glance(undefined, [ceph]))).toBe(false);
  });

  it("has labels but no owner, so that data survives the cluster", () => {
    const { metadata } = claim(glance());
    expect(metadata.labels).toMatchObject({ "app.kubernetes.io/component": "glance" });
    expect(metadata).not.toHaveProperty("ownerReferences");
  });
});
