import { describe, expect, it } from "vitest";
import { daemonSetSpec } from "../../../src/cluster/api/shapes.ts";
import { components } from "../../../src/cluster/components/index.ts";
import { defineComponent, specsOf } from "../../../src/cluster/components/component.ts";

const spec = daemonSetSpec({ name: "agent" }, {});
const quiet = defineComponent({ type: "quiet", specKey: "agent", spec });
const reading = defineComponent({ type: "reading", specKey: "agent", spec, getOptions: () => ({}) });

describe("a spec that several components share", () => {
  it("takes options as soon as one of them reads a YAML file", () => {
    expect(specsOf([quiet])["agent"]?.rules).toHaveLength(1);
    expect(specsOf([quiet, reading])["agent"]?.rules).toBeUndefined();
  });

  it("is an error of the program when two of them describe it differently", () => {
    const other = defineComponent({ type: "other", specKey: "agent", spec: daemonSetSpec({ name: "agent" }, {}) });
    expect(() => specsOf([quiet, other])).toThrow("spec.agent is described in two ways: quiet, other");
  });
});

describe("the components of the platform", () => {
  it("name only each other as what they wait for and whose file they read", () => {
    const types = new Set(components.map(({ type }) => type));
    const named = components.flatMap(({ after, gatedBy = [], reads }) => [
      ...after,
      ...gatedBy,
      ...(reads === undefined ? [] : [reads]),
    ]);
    expect(named.filter((type) => !types.has(type))).toEqual([]);
  });

  it("have one entry of the status each", () => {
    const keys = components.map(({ statusKey }) => statusKey);
    expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
  });
});
