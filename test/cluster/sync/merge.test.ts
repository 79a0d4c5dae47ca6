import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findings } from "../../../src/cluster/sync/compare.ts";
import { merged, valueAt, without } from "../../../src/cluster/sync/merge.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { plainObject } from "../../support/plain-objects.ts";

const names = fc.constantFrom("app", "proxy", "config", "certs");
const texts = fc.constantFrom("a", "b", "");
const map = fc.dictionary(names, texts, { maxKeys: 3, noNullPrototype: true });

/** Some of the fields. */
function some(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> {
  return fc.record(fields, { requiredKeys: [], noNullPrototype: true });
}

/** A list of items with names of their own. */
function named(fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<readonly object[]> {
  const item = fc.tuple(names, some(fields)).map(([name, rest]) => ({ name, ...rest }));
  return fc.uniqueArray(item, { selector: ({ name }) => name, maxLength: 3 });
}

const action = fc.record({ command: fc.array(texts, { maxLength: 2 }) }, { noNullPrototype: true });
const container = {
  image: texts,
  args: fc.array(texts, { maxLength: 2 }),
  env: named({ value: texts, valueFrom: some({ fieldRef: map }) }),
  livenessProbe: some({ exec: action, httpGet: some({ path: texts }) }),
  resources: some({ limits: fc.constantFrom({ cpu: "1" }, { cpu: "1000m", memory: "1Gi" }) }),
};
const strategy = fc.constantFrom({ type: "Recreate" }, { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } });
const pods = some({
  hostname: texts,
  nodeSelector: map,
  containers: named(container),
  volumes: named({ emptyDir: map, configMap: map }),
  tolerations: fc.array(some({ key: names, operator: texts }), { maxLength: 2 }),
  imagePullSecrets: named({}),
});
const objects = fc.record(
  { labels: map, annotations: map, spec: some({ strategy, replicas: fc.nat(3), pods }) },
  { noNullPrototype: true },
);

interface Parts {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: object;
}

function objectOf({ labels, annotations, spec }: Parts): KubeObject {
  return plainObject("Deployment", "prod-region", {
    metadata: { name: "prod-region", namespace: "onecloud", labels, annotations },
    spec,
  });
}

function at(object: KubeObject, way: readonly string[]): unknown {
  return way.reduce<unknown>(valueAt, object);
}

/** Any two objects of a name, a wanted and a live one, and what a repair makes of them. */
const repairs = fc.tuple(objects.map(objectOf), objects.map(objectOf)).map(([wanted, live]) => {
  const surplus = findings(wanted, live).flatMap((finding) => (finding.surplus ? [finding.steps] : []));
  return { wanted, live, repaired: merged(wanted, without(live, surplus)) };
});

describe("a live object with the wanted one laid over it", () => {
  it("is as wanted, once what is surplus is taken out", () => {
    fc.assert(
      fc.property(repairs, ({ wanted, repaired }) => {
        expect(findings(wanted, repaired)).toEqual([]);
      }),
    );
  });

  it("is the same when it is made again", () => {
    fc.assert(
      fc.property(repairs, ({ wanted, repaired }) => {
        expect(merged(wanted, repaired)).toEqual(repaired);
      }),
    );
  });

  it("keeps what others may have beside it", () => {
    fc.assert(
      fc.property(repairs, ({ wanted, live, repaired }) => {
        const both = (way: readonly string[]): readonly unknown[] => [at(live, way), at(wanted, way)];
        for (const way of [
          ["f:metadata", "f:labels"],
          ["f:metadata", "f:annotations"],
        ])
          expect(at(repaired, way)).toEqual(Object.assign({}, ...both(way)));
        const pod = ["f:spec", "f:pods"];
        const [has, shall] = both([...pod, "f:hostname"]);
        expect(at(repaired, [...pod, "f:hostname"])).toBe(shall ?? has);
        const [theirs = [], ours = []] = both([...pod, "f:imagePullSecrets"]) as readonly (readonly object[])[];
        const all = new Set([...ours, ...theirs].map((item) => JSON.stringify(item)));
        const kept = (at(repaired, [...pod, "f:imagePullSecrets"]) ?? []) as readonly object[];
        expect(kept.map((item) => JSON.stringify(item))).toEqual([...all]);
      }),
    );
  });

  it("has its items in the wanted order, with those of others behind", () => {
    const secrets = (...all: readonly string[]): KubeObject =>
      plainObject("Deployment", "prod-region", { spec: { imagePullSecrets: all.map((name) => ({ name })) } });
    expect(merged(secrets("a", "b"), secrets("c", "b", "a"))).toEqual(secrets("a", "b", "c"));
  });

  it("has whole what is held whole, and in parts what is held in parts", () => {
    const config = (data: object): KubeObject => plainObject("ConfigMap", "prod-web", { data });
    const [wanted, live] = [config({ a: "1" }), config({ a: "2", b: "2" })];
    expect(merged(wanted, live, { "f:data": {} })).toEqual(wanted);
    expect(merged(wanted, live, { "f:data": { ".": {} } })).toEqual(config({ a: "1", b: "2" }));
    expect(merged(wanted, live)).toEqual(config({ a: "1", b: "2" }));
  });
});

describe("an object without what stands somewhere in it", () => {
  const object = plainObject("Deployment", "prod-region", {
    spec: {
      args: ["a", "b"],
      containers: [{ name: "app", ports: [{ containerPort: 80 }], securityContext: { uid: 1 } }],
    },
  });
  const app = ["f:spec", "f:containers", 'k:{"name":"app"}'];

  it("has neither that nor what it leaves empty", () => {
    const ways = [
      [...app, "f:ports", 'k:{"containerPort":80,"protocol":"TCP"}'],
      [...app, "f:securityContext", "f:uid"],
      ["f:spec", "f:args", 'v:"a"'],
    ];
    expect(without(object, ways)["spec"]).toEqual({ args: ["b"], containers: [{ name: "app" }] });
  });

  it("is as it was where nothing stood there", () => {
    const ways = [
      ["f:status", "f:phase"],
      [...app, "f:ports", 'k:{"containerPort":81,"protocol":"TCP"}'],
      ["f:spec", "f:containers", 'k:{"name":"proxy"}', "f:image"],
    ];
    expect(without(object, ways)).toEqual(object);
  });
});
