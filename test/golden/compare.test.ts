import { assert, constantFrom, infiniteStream, nat, property } from "fast-check";
import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { compare } from "../support/golden.ts";
import { isKubeObject, isMapping, readScenarios } from "./scenarios.ts";

const reference = readScenarios().flatMap(({ components }) => components.map(({ objects }) => objects));
const someObjects = constantFrom(...reference);

function objectWith(kind: string, fields: Readonly<Record<string, unknown>>): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name: "one" }, ...fields };
}

/** The differences between two values of one object's `spec`, without kind and name. */
function compareSpecs(expected: unknown, actual: unknown): readonly unknown[] {
  const differences = compare([objectWith("Pod", { spec: expected })], [objectWith("Pod", { spec: actual })]);
  return differences.map(({ path, expected: was, actual: is }) => [path, was, is]);
}

/** The differences between two texts of one file of a ConfigMap, without kind and name. */
function compareFiles(expected: unknown, actual: unknown): readonly unknown[] {
  const [one, other] = [expected, actual].map((config) => objectWith("ConfigMap", { data: { config } }));
  return compare(one === undefined ? [] : [one], other === undefined ? [] : [other]).map(
    ({ path, expected: was, actual: is }) => [path, was, is],
  );
}

describe("comparing objects", () => {
  it("finds nothing between objects of the reference and themselves", () => {
    for (const objects of reference) expect(compare(objects, structuredClone(objects))).toEqual([]);
  });

  it("finds nothing when objects and keys stand in another order", () => {
    assert(
      property(someObjects, infiniteStream(nat()), (objects, random) => {
        expect(compare(objects, shuffle(objects.map(shuffled(random)), random))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it("finds exactly the one value that was changed, wherever it stands", () => {
    assert(
      property(someObjects, nat(), constantFrom("changed", undefined), (objects, choice, value) => {
        const leaves = objects.flatMap((object, index) => leavesOf(object, [String(index)]));
        const leaf = leaves[choice % leaves.length] ?? [];
        const object = objects[Number(leaf[0])];
        const differences = compare(objects, objects.with(Number(leaf[0]), changed(object, leaf.slice(1), value)));
        expect(differences).toHaveLength(1);
        expect(differences[0]).toMatchObject({ kind: object?.kind, name: object?.metadata.name, actual: value });
        expect(differences[0]?.path.endsWith(lastPart(leaf))).toBe(true);
      }),
    );
  });

  it("finds an object that only one side has, with an empty path", () => {
    const [pod, service] = [objectWith("Pod", {}), objectWith("Service", {})];
    expect(compare([pod, service], [service])).toEqual([{ kind: "Pod", name: "one", path: "", expected: pod }]);
    expect(compare([service], [pod, service])).toEqual([{ kind: "Pod", name: "one", path: "", actual: pod }]);
    expect(compare([service], [service, service])).toEqual([
      { kind: "Service", name: "one", path: "", actual: service },
    ]);
  });

  it("names items of containers, env, ports, volumes and mounts by their name, and all others by their place", () => {
    const pod = (env: unknown, taints: unknown) => ({ containers: [{ name: "api", env }], taints });
    const expected = pod([{ name: "A", value: "1" }], [{ name: "x" }]);
    const actual = pod([{ name: "B" }, { name: "A", value: "2" }], [{ name: "y" }]);
    expect(compareSpecs(expected, actual)).toEqual([
      ["spec.containers[api].env[A].value", "1", "2"],
      ["spec.containers[api].env[B]", undefined, { name: "B" }],
      ["spec.taints[0].name", "x", "y"],
    ]);
  });

  it("finds another order of containers, environment values, ports and mounts once, for the list, and none of volumes", () => {
    const [first, second, extra] = [{ name: "first" }, { name: "second" }, { name: "extra" }];
    expect(compareSpecs({ initContainers: [first, second] }, { initContainers: [second, first] })).toEqual([
      ["spec.initContainers", ["first", "second"], ["second", "first"]],
    ]);
    expect(compareSpecs({ env: [first, second] }, { env: [first, extra, second] })).toHaveLength(1);
    expect(compareSpecs({ ports: [first, second] }, { ports: [second, first] })).toHaveLength(1);
    expect(compareSpecs({ volumeMounts: [first, second] }, { volumeMounts: [second, first] })).toHaveLength(1);
    expect(compareSpecs({ volumes: [first, second] }, { volumes: [second, first] })).toEqual([]);
  });

  it("puts keys that hold dots, slashes or blanks into brackets", () => {
    expect(compareSpecs({ "example.org/zone": "a" }, {})).toEqual([["spec[example.org/zone]", "a", undefined]]);
  });

  it("takes quantities for equal by their value", () => {
    const quantities = (cpu: unknown, memory: unknown) => ({ resources: { limits: { cpu, memory } } });
    for (const [cpu, memory] of [
      ["0.1", "1Gi"],
      ["100m", "1024Mi"],
      [0.1, 1073741824],
      ["100m", "1048576Ki"],
    ]) {
      expect(compareSpecs(quantities("100m", "1Gi"), quantities(cpu, memory))).toEqual([]);
    }
    expect(compareSpecs(quantities("100m", "1Gi"), quantities("101m", "1G"))).toEqual([
      ["spec.resources.limits.cpu", "100m", "101m"],
      ["spec.resources.limits.memory", "1Gi", "1G"],
    ]);
    expect(compareSpecs({ value: "1024Mi" }, { value: "1Gi" })).toHaveLength(1);
  });

  it("takes missing labels and annotations for none, of objects and of pods", () => {
    const labelled = (labels?: unknown) => ({ template: { metadata: { labels, annotations: { a: "1" } } } });
    expect(compareSpecs(labelled(), labelled({}))).toEqual([]);
    expect(compareSpecs(labelled(), { template: { metadata: { labels: { zone: "b" } } } })).toEqual([
      ["spec.template.metadata.labels.zone", undefined, "b"],
      ["spec.template.metadata.annotations.a", "1", undefined],
    ]);
  });

  it("takes missing resources of a container for none", () => {
    const container = (resources?: unknown) => ({ containers: [{ name: "api", resources }] });
    expect(compareSpecs(container({}), container())).toEqual([]);
    expect(compareSpecs(container(), container({ limits: { cpu: 1 } }))).toEqual([
      ["spec.containers[api].resources.limits", undefined, { cpu: 1 }],
    ]);
  });

  it("tells absent, empty and null apart, and numbers from texts", () => {
    expect(compareSpecs({ a: {}, b: [], c: null, d: 1 }, { a: undefined, b: {}, d: "1" })).toHaveLength(4);
  });
});

describe("comparing files", () => {
  it("goes key by key through an option file, whether it is written or parsed", () => {
    expect(compareFiles({ port: 80, region: "a" }, "region: a\nport: 80\n")).toEqual([]);
    expect(compareFiles({ port: 80, region: "a" }, "region: b\nhosts: [x]\n")).toEqual([
      ["data.config.port", 80, undefined],
      ["data.config.region", "a", "b"],
      ["data.config.hosts", undefined, ["x"]],
    ]);
  });

  it("goes name by name through a shell file of exports", () => {
    expect(compareFiles({ A: "1" }, "export A=1\n")).toEqual([]);
    expect(compareFiles("export A='1'\n", "export A=2\n")).toEqual([["data.config.A", "1", "2"]]);
  });

  it("goes key by key through Java properties", () => {
    expect(compareFiles({ "a.b": "1", c: "x: y" }, "# one\nc=x: y\na.b=1\n")).toEqual([]);
    expect(compareFiles("a.b=1\n", "a.b=2\n")).toEqual([["data.config[a.b]", "1", "2"]]);
  });

  it("goes directive by directive through a Corefile, whose forwards are tried in their order", () => {
    const written = (...lines: readonly string[]) => `.:53 {\n${lines.join("\n")}\n}\n`;
    const forwards = ["forward a 1 {", "}", "forward b 2 {", "}"] as const;
    expect(compareFiles(written("errors", "loop"), written("loop", "errors"))).toEqual([]);
    expect(compareFiles(written("cache 300"), written("cache 30"))).toEqual([["data.config[.:53].cache", "300", "30"]]);
    expect(compareFiles(written(...forwards), written(...forwards.slice(2), ...forwards.slice(0, 2)))).toHaveLength(1);
  });

  it("goes directive by directive through an nginx configuration", () => {
    const written = (port: string, header: string) => `
      server { # one
        listen ${port} ssl;
        location /api { add_header A '1'; add_header B ${header}; if ($x) { break; } if ($y) { break; } }
      }`;
    expect(compareFiles(written("443", "2"), written("443", '"2"').replace("# one", ""))).toEqual([]);
    expect(compareFiles(written("443", "2"), written("80", "3"))).toEqual([
      ["data.config.server[listen 443]", "ssl", undefined],
      ["data.config.server[location /api][add_header B]", "2", "3"],
      ["data.config.server[listen 80]", undefined, "ssl"],
    ]);
  });

  it("finds directives of nginx in another block, and in another order where the order decides what they do", () => {
    expect(
      compareFiles(
        "listen 80; location /a { gzip on; expires 1s; }",
        "location /a { expires 1s; gzip on; } listen 80;",
      ),
    ).toEqual([]);
    expect(compareFiles("location /a { break; } location /b { }", "location /b { } location /a { break; }")).toEqual([
      ["data.config", ["location /a", "location /b"], ["location /b", "location /a"]],
    ]);
    expect(compareFiles("location /a { break; }", "location /a { } break;")).toEqual([
      ["data.config[location /a].break", "", undefined],
      ["data.config.break", undefined, ""],
    ]);
  });

  it("compares the text where it is written in none of these languages", () => {
    expect(compareFiles("listen {", "listen {")).toEqual([]);
    expect(compareFiles("listen {", "listen }")).toEqual([["data.config", "listen {", "listen }"]]);
  });
});

type Keys = readonly string[];

/** Where the plain values of an object stand, but for what an object or an item is found by, and for quantities. */
function leavesOf(value: unknown, keys: Keys): readonly Keys[] {
  const isName = keys.at(-1) === "name" || keys[1] === "kind" || keys[1] === "apiVersion";
  const isParsedFile = keys.length === 3 && keys[1] === "data" && Array.isArray(value);
  if (isName || isParsedFile) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, [...keys, String(index)]));
  if (!isMapping(value)) return Array.isArray(value) ? [] : [keys];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...keys, key]));
}

function changed(target: unknown, keys: Keys, value: unknown): KubeObject {
  return asObject(changedPart(target, keys, value));
}

function asObject(value: unknown): KubeObject {
  if (!isKubeObject(value)) throw new Error("the change took away what makes it an object");
  return value;
}

function changedPart(target: unknown, [key, ...rest]: Keys, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(target)) return target.with(Number(key), changedPart(target[Number(key)], rest, value));
  return isMapping(target) ? { ...target, [key]: changedPart(target[key], rest, value) } : target;
}

function lastPart(keys: Keys): string {
  const key = keys.at(-1) ?? "";
  return /^\d+$/.test(key) || !/^[\w-]+$/.test(key) ? `[${key}]` : key;
}

function shuffled(random: Iterator<number>): (value: unknown) => KubeObject {
  const shuffleKeys = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffleKeys);
    if (!isMapping(value)) return value;
    return Object.fromEntries(shuffle(Object.entries(value), random).map(([key, item]) => [key, shuffleKeys(item)]));
  };
  return (value) => asObject(shuffleKeys(value));
}

function shuffle<T>(items: readonly T[], random: Iterator<number>): readonly T[] {
  return items
    .map((item): [number, T] => [Number(random.next().value), item])
    .toSorted(([one], [other]) => one - other)
    .map(([, item]) => item);
}
