import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { components } from "../../src/cluster/components/index.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { compare } from "../support/golden.ts";
import { type Found, isIntended, readIntended, staleParts } from "./differences.ts";
import { isMapping, readScenarios, type ReferenceComponent } from "./scenarios.ts";
import { wantedBy } from "./wanted.ts";

const intended = readIntended();
const scenarios = readScenarios().map((scenario) => ({ ...scenario, wanted: wantedBy(scenario.cluster, "ConfigMap") }));
const found = scenarios.flatMap(differencesIn);

type WantedScenario = (typeof scenarios)[number];

function differencesIn({ name, cluster, components: references, wanted }: WantedScenario): readonly Found[] {
  const ofReference = references.flatMap((reference) => {
    const differences = compare(reference.objects, wanted.get(reference.component) ?? []);
    const enabled = isIdle(reference) ? differencesOnceEnabled(cluster, reference) : [];
    return [...differences, ...enabled].map((one) => ({ scenario: name, component: reference.component, ...one }));
  });
  const others = [...wanted].filter(([type]) => !references.some(({ component }) => component === type));
  return [
    ...ofReference,
    ...others.flatMap(([component, objects]) =>
      compare([], objects).map((one) => ({ scenario: name, component, ...one })),
    ),
  ];
}

function isIdle({ disabled, inProduct }: ReferenceComponent): boolean {
  return disabled || !inProduct;
}

/**
 * The reference has objects for what is disabled, with 0 pods: they are what is wanted as soon as it is enabled. Its image
 * is given, because enabling some takes another edition, and the edition chooses the image. Some run only on marked nodes.
 */
function differencesOnceEnabled(cluster: KubeObject, { component, inProduct, objects }: ReferenceComponent) {
  const spec = isMapping(cluster["spec"]) ? cluster["spec"] : {};
  const [, image] = /"image":"([^"]+)"/.exec(JSON.stringify(objects)) ?? [];
  const specKey = components.find(({ type }) => type === component)?.specKey ?? component;
  const enabled = {
    ...cluster,
    metadata: { ...cluster.metadata, annotations: { "onecloud.yunion.io/edition": "ee" } },
    spec: {
      ...spec,
      ...(!inProduct && { productVersion: "FullStack" }),
      enableCloudNet: true,
      enableS3Gateway: true,
      [specKey]: { disable: false, image },
    },
  };
  const running = objects.map((object) => {
    const { replicas } = isMapping(object["spec"]) ? object["spec"] : {};
    return replicas === 0 ? { ...object, spec: { ...Object(object["spec"]), replicas: 1 } } : object;
  });
  const marked = { nodeLabels: ["onecloud.yunion.io/baremetal=enable"] };
  const wanted = wantedBy(enabled, "ConfigMap", marked).get(component);
  if (wanted?.length === 0) throw new Error(`${component} wants nothing although it was enabled`);
  return compare(running, wanted ?? []);
}

function lineOf({ component, kind, name, path, expected, actual }: Found): string {
  return `${component}: ${kind} ${name} ${path}: ${JSON.stringify(expected)} -> ${JSON.stringify(actual)}`;
}

describe.each(scenarios)("a cluster taken over from the reference: $name", (scenario) => {
  const { name, components: references, wanted } = scenario;
  const unlisted = found.filter((one) => one.scenario === name && !intended.some((entry) => isIntended(one, entry)));

  it.each([...new Set([...references.map(({ component }) => component), ...wanted.keys()])])(
    "keeps every object of %s as the reference has it, save for the differences that are explained",
    (component) => {
      expect(unlisted.filter((one) => one.component === component).map(lineOf)).toEqual([]);
    },
  );

  it("wants nothing for what is disabled or no part of the product", () => {
    const idle = references.filter(isIdle).map(({ component }) => component);
    expect(idle).not.toEqual([]);
    expect(idle.flatMap((component) => wanted.get(component) ?? [])).toEqual([]);
  });
});

describe("the differences from the reference", () => {
  it("all occur, in each component and scenario that they name", () => {
    expect(intended.flatMap((entry) => staleParts(entry, found))).toEqual([]);
  });

  it("are explained by name in the documentation, and nothing else is", () => {
    const text = readFileSync(new URL("../../docs/differences.md", import.meta.url), "utf8");
    const headings = [...text.matchAll(/^## `(.+)`$/gm)].map(([, heading]) => heading ?? "");
    expect(headings.toSorted()).toEqual([...new Set(intended.map(({ name }) => name))].toSorted());
  });
});
