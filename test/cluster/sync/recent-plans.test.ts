import { describe, expect, it } from "vitest";
import { components } from "../../../src/cluster/components/index.ts";
import { planOf } from "../../../src/cluster/sync/plan.ts";
import { recentPlans } from "../../../src/cluster/sync/recent-plans.ts";
import type { Inputs } from "../../../src/cluster/sync/wanted.ts";
import { inputsFor } from "../../support/cluster-scope.ts";

/** Inputs that say the same and are other objects, as every pass reads its own. */
function inputs(spec: Parameters<typeof inputsFor>[0] = {}, uid = "uid-1"): Inputs {
  const one = inputsFor(spec);
  return { ...one, components, cluster: { ...one.cluster, uid } };
}

describe("plans that are remembered", () => {
  it("give the same plan again while nothing that it follows from changes", () => {
    const plan = recentPlans();
    expect(plan(inputs())).toBe(plan(inputs()));
  });

  it("are worked out anew when the spec, the credentials or the facts change", () => {
    const plan = recentPlans();
    const { cluster, credentials, facts } = inputs();
    const changes: readonly Inputs[] = [
      inputs({ version: "v9.9.9" }),
      { cluster, credentials: { ...credentials, keystone: { ...credentials.keystone, port: 1 } }, facts, components },
      { cluster, credentials, facts: { ...facts, nodeLabels: ["onecloud.yunion.io/baremetal=enable"] }, components },
      { cluster, credentials, facts: { ...facts, capacity: { cpu: 1, memory: 1024 ** 3 } }, components },
      { cluster, credentials, facts, components: components.slice(1) },
    ];
    for (const changed of changes) {
      plan(inputs());
      expect(plan(changed).wanted).toEqual(planOf(changed).wanted);
    }
  });

  it("follow the limits of live workloads where no node tells its capacity", () => {
    const plan = recentPlans();
    const { facts, ...rest } = inputs();
    const { capacity: _, ...blind } = facts;
    const limited = (cpu: string): Inputs => ({
      ...rest,
      facts: { ...blind, liveLimits: () => ({ cpu, memory: "1Gi" }) },
    });
    plan(limited("1"));
    expect(plan(limited("2")).wanted).toEqual(planOf(limited("2")).wanted);
  });

  it("do not mix clusters up, and forget the one that was seen longest ago", () => {
    const plan = recentPlans();
    const first = plan(inputs({}, "uid-0"));
    for (let number = 1; number <= 8; number++) {
      expect(plan(inputs({}, `uid-${number}`)).cluster.uid).toBe(`uid-${number}`);
    }
    expect(plan(inputs({}, "uid-8"))).toBe(plan(inputs({}, "uid-8")));
    expect(plan(inputs({}, "uid-0"))).not.toBe(first);
  });
});
