import { globSync, readdirSync, readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import { describe, expect, it } from "vitest";
import { editions, group, products } from "../../src/cluster/api/names.ts";
import { clusterDefinition } from "../../src/cluster/crd.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { isKubeObject, readScenarios, readYaml } from "../golden/scenarios.ts";
import { wantedBy } from "../golden/wanted.ts";
import { kubernetesApis } from "../support/openapi.ts";
import { frozen } from "../support/frozen.ts";

const folder = new URL("../golden/examples/", import.meta.url);
const files = readdirSync(folder).filter((file) => !/light-edge|support/.test(file));
const examples = files.map((file) => readYaml(new URL(file, folder), isKubeObject));
const customized = readScenarios().filter(({ name }) => name === "customized");
// Those that differ in more than product and edition.
const clusters = [...examples, ...customized.map(({ cluster }) => cluster)];
const apis = kubernetesApis();

/** A cluster as another product and in another edition, with more of what makes objects differ. */
function variant(cluster: KubeObject, productVersion: string, edition: string): KubeObject {
  const annotations = { ...cluster.metadata.annotations, [`${group}/edition`]: edition };
  const spec = { ...(cluster["spec"] as object), productVersion, disableLocalVpc: false };
  return { ...cluster, metadata: { ...cluster.metadata, annotations }, spec };
}

/** Labels of nodes that make every component run. */
const nodeLabels = ["host", "lbagent", "baremetal", "controller"].map((name) => `${group}/${name}=enable`);

/** Each object that these clusters want, once. */
function objectsFor(version: string, wanting: readonly KubeObject[]): ReadonlyMap<string, KubeObject> {
  const facts = { kubernetesMinor: Number(version.split(".")[1]), nodeLabels };
  const storageOf = (index: number) => (index % 2 === 0 ? "Secret" : "ConfigMap");
  const objects = wanting.flatMap((cluster, index) => [...wantedBy(cluster, storageOf(index), facts).values()].flat());
  return new Map(objects.map((object) => [JSON.stringify(object), object]));
}

const ingress = { className: "public", host: "example.com", tlsSecretName: "tls", annotations: { a: "b" } };

/** A cluster that uses what no example does. */
function switched(more: object): KubeObject {
  const [first] = examples;
  if (first === undefined) throw new Error("there is no example");
  return frozen({ ...first, spec: { ...(first["spec"] as object), ...more } });
}

const switches = [
  switched({ ingress, keystone: { replicas: 3, slave_replicas: 2 }, esxiagent: { replicas: 2 }, customZones: ["a"] }),
  switched({ stopServices: true, cronjobTest: { disable: false } }),
  switched({ disableNodeSelectorController: true }),
];

describe.each(apis)("Kubernetes $version", ({ version, check }) => {
  it.each(products.flatMap((product) => editions.map((edition) => [product, edition] as const)))(
    "knows every field of what %s in edition %s is made of, and calls none deprecated",
    (product, edition) => {
      const objects = objectsFor(
        version,
        clusters.map((cluster) => variant(cluster, product, edition)),
      );
      expect(objects.size).toBeGreaterThan(100);
      expect([...objects.values()].flatMap(check)).toEqual([]);
    },
  );

  it("knows what the switches of the spec make of it", () => {
    const objects = [...objectsFor(version, switches).values()];
    expect(objects.map(({ kind }) => kind)).toContain("PodDisruptionBudget");
    expect(objects.flatMap(check)).toEqual([]);
  });

  it("knows the definition of OnecloudCluster, and what the operator is installed with", () => {
    const manifests = globSync("deploy/*.yaml").flatMap((path) => loadAll(readFileSync(path, "utf8")));
    expect([clusterDefinition(), ...manifests.filter(isKubeObject)].flatMap(check)).toEqual([]);
  });
});

describe("the check", () => {
  const deployment = (spec: object, pod: object): KubeObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "a" },
    spec: { selector: {}, template: { spec: { containers: [{ name: "a" }], ...pod } }, ...spec },
  });

  it.each([
    ["a field that is not known", deployment({ replica: 1 }, {}), ".spec.replica is not known"],
    ["text for a number", deployment({ replicas: "1" }, {}), '.spec.replicas is "1", which is no integer'],
    ["a broken number", deployment({ replicas: 1.5 }, {}), ".spec.replicas is 1.5, which is no integer"],
    ["a missing field", deployment({ selector: undefined }, {}), ".spec.selector is missing"],
    ["a deprecated field", deployment({}, { serviceAccount: "a" }), ".spec.template.spec.serviceAccount is deprecated"],
    ["a list for a mapping", deployment({ strategy: [] }, {}), ".spec.strategy is a list and shall be object"],
    [
      "no quantity",
      deployment({}, { containers: [{ name: "a", resources: { limits: { cpu: "much" } } }] }),
      ".spec.template.spec.containers[0].resources.limits.cpu is no quantity",
    ],
  ])("finds %s", (_, object, mistake) => {
    for (const { check } of apis) expect(check(object)).toEqual([`apps/v1 Deployment${mistake}`]);
  });

  it("finds a kind that a version does not have", () => {
    const budget = { apiVersion: "policy/v1beta1", kind: "PodDisruptionBudget", metadata: { name: "a" } };
    expect(apis.map(({ check }) => check(budget))).toEqual(
      ["1.34", "1.35", "1.36"].map((version) => [`Kubernetes ${version} has no policy/v1beta1 PodDisruptionBudget`]),
    );
  });

  it("knows what only a newer version has", () => {
    const grouped = deployment({}, { schedulingGroup: {} });
    expect(apis.map(({ check }) => check(grouped).length)).toEqual([1, 1, 0]);
  });
});
