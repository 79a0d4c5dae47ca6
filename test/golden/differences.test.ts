import { describe, expect, it } from "vitest";
import { type Found, type IntendedDifference, isIntended, patternOf, staleParts } from "./differences.ts";

const found: Found = {
  scenario: "minimal",
  component: "region",
  kind: "Deployment",
  name: "one-region",
  path: "spec.template.spec.tolerations[2]",
  expected: undefined,
  actual: { key: "a", effect: "b" },
};
const entry: IntendedDifference = {
  name: "more-tolerations",
  components: "*",
  kind: "*",
  path: "spec.template.spec.tolerations[2]",
  reason: "They are wanted.",
};

describe("the path of an intended difference", () => {
  it.each([
    ["spec.replicas", "spec.replicas"],
    ["spec.*", "spec.replicas"],
    ["spec.tolerations[*]", "spec.tolerations[2]"],
    ["metadata.annotations[*]", "metadata.annotations[example.org/a.b]"],
    ["spec.containers[*].env[VM_*].value", "spec.containers[api].env[VM_key].value"],
    ["**.backend.service*", "spec.rules[0].http.paths[0].backend.serviceName"],
    ["metadata.annotations[example.org/a]", "metadata.annotations[example.org/a]"],
    ["data.config.server[location ~ ^/(a|b)$]", "data.config.server[location ~ ^/(a|b)$]"],
    ["", ""],
  ])("%s matches %s", (pattern, path) => {
    expect(patternOf(pattern).test(path)).toBe(true);
  });

  it.each([
    ["spec.*", "spec.template.spec"],
    ["spec.*", "spec.tolerations[2]"],
    ["spec.a[*]", "spec.a[b].c"],
    ["spec.a[*]", "spec.a[b][c]"],
    ["spec.a", "xspec.a"],
    ["spec.a", "spec.ab"],
    ["metadata.annotations[example.org/a]", "metadata.annotations[exampleXorg/a]"],
    ["", "spec"],
  ])("%s does not match %s", (pattern, path) => {
    expect(patternOf(pattern).test(path)).toBe(false);
  });
});

describe("an intended difference", () => {
  it("covers what it lists, wherever it is not limited", () => {
    expect(isIntended(found, entry)).toBe(true);
    expect(isIntended(found, { ...entry, components: ["region"], kind: "Deployment", scenarios: ["minimal"] })).toBe(
      true,
    );
  });

  it("does not cover another component, kind, scenario, path or value", () => {
    const others: readonly Partial<IntendedDifference>[] = [
      { components: ["glance"] },
      { kind: "Service" },
      { scenarios: ["cmp"] },
      { path: "spec.template.spec.tolerations[3]" },
      { actual: { key: "a" } },
      { actual: null },
    ];
    expect(others.filter((other) => isIntended(found, { ...entry, ...other }))).toEqual([]);
  });

  it("covers a value whatever the order of its keys, and null stands for no value", () => {
    expect(isIntended(found, { ...entry, actual: { effect: "b", key: "a" } })).toBe(true);
    expect(isIntended({ ...found, actual: undefined }, { ...entry, actual: null })).toBe(true);
  });

  it("is stale where nothing of the kind is found, also for one of the components or scenarios that it names", () => {
    expect(staleParts(entry, [found])).toEqual([]);
    expect(staleParts(entry, [])).toHaveLength(1);
    expect(staleParts({ ...entry, components: ["region", "glance"] }, [found])).toEqual([
      expect.stringMatching(/: glance$/),
    ]);
    expect(staleParts({ ...entry, scenarios: ["minimal", "cmp"] }, [found])).toEqual([expect.stringMatching(/: cmp$/)]);
  });
});
