import { describe, expect, it } from "vitest";
import { hasOtherSelector } from "../../../src/cluster/sync/selector.ts";
import type { KubeObject } from "../../../src/kube/object.ts";

function selecting(matchLabels?: Readonly<Record<string, string>>): KubeObject {
  const spec = matchLabels === undefined ? {} : { selector: { matchLabels } };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "prod-region" }, spec };
}

describe("two workloads select", () => {
  it("the same pods when their labels are the same, in any order", () => {
    expect(hasOtherSelector(selecting({ app: "x", zone: "y" }), selecting({ zone: "y", app: "x" }))).toBe(false);
  });

  it.each([
    ["a value", { app: "x" }, { app: "y" }],
    ["a label more", { app: "x", zone: "y" }, { app: "x" }],
    ["a label less", { app: "x" }, { app: "x", zone: "y" }],
    ["no selector", { app: "x" }, undefined],
  ])("different ones when they differ by %s", (_, wanted, live) => {
    expect(hasOtherSelector(selecting(wanted), selecting(live))).toBe(true);
  });
});
