import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../src/cluster/api/field.ts";
import { differences, findings } from "../../../src/cluster/sync/compare.ts";

const keys = fc.constantFrom("spec", "template", "image", "name", "limits", "args", "replicas");
const { json } = fc.letrec<{ json: Json; map: JsonObject }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.array(tie("json"), { maxLength: 3 }),
    tie("map"),
  ),
  map: fc.dictionary(keys, tie("json"), { maxKeys: 4, noNullPrototype: true }),
}));

/** The same value with a field more in every map, as the API server fills in its defaults. */
function withServerFields(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item: Json) => withServerFields(item) ?? null);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withServerFields(inner)]);
  return { ...(Object.fromEntries(entries) as JsonObject), terminationMessagePath: "/dev/termination-log" };
}

/** Every leaf of the value with its path, where lists are told by their index. */
function leaves(value: Json | undefined, path = ""): readonly (readonly [string, readonly (string | number)[]])[] {
  const at = (key: string | number, inner: Json | undefined, step: string) =>
    leaves(inner, step).map(([name, way]) => [name, [key, ...way]] as const);
  if (Array.isArray(value)) return value.flatMap((item: Json, index) => at(index, item, `${path}[${index}]`));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => at(key, inner, path === "" ? key : `${path}.${key}`));
  }
  return [[path, []]];
}

/** The value with something else at the end of the way. */
function changed(value: Json | undefined, [step, ...way]: readonly (string | number)[]): Json {
  if (step === undefined) return "something else";
  if (Array.isArray(value)) return value.map((item: Json, index) => (index === step ? changed(item, way) : item));
  return { ...(value as JsonObject), [step]: changed((value as JsonObject)[step], way) };
}

describe("comparing what is wanted with what is live", () => {
  it("finds nothing between equals", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(differences(value, structuredClone(value))).toEqual([]);
      }),
    );
  });

  it("ignores what the API server or somebody else added to a map", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(differences(value, withServerFields(value))).toEqual([]);
      }),
    );
  });

  it("finds another value of any wanted leaf, at its path and nowhere else", () => {
    fc.assert(
      fc.property(json, fc.nat(), (value, choice) => {
        const all = leaves(value);
        fc.pre(all.length > 0);
        const [path, way] = all[choice % all.length] ?? ["", []];
        expect(differences(value, changed(value, way))).toEqual([path]);
      }),
    );
  });

  it("takes an empty map or list that the API server dropped as the same", () => {
    expect(differences({ spec: { nodeSelector: {}, tolerations: [] } }, { spec: {} })).toEqual([]);
    expect(differences({ spec: { resources: { limits: {} } } }, { spec: { resources: {} } })).toEqual([]);
  });

  it("misses a map or a list that holds something", () => {
    const wanted = { spec: { nodeSelector: { disk: "fast" }, args: ["-v"] } };
    expect(differences(wanted, { spec: {} })).toEqual(["spec.nodeSelector", "spec.args"]);
    expect(differences(wanted, { spec: { nodeSelector: "fast", args: "-v" } })).toHaveLength(2);
  });

  it("takes an empty text that the API server dropped as the same, but not in a map of texts", () => {
    const toleration = (more: object): object => ({ tolerations: [{ operator: "Exists", ...more }] });
    expect(differences(toleration({ effect: "", key: "" }), toleration({}))).toEqual([]);
    expect(differences({ env: [{ name: "A", value: "" }] }, { env: [{ name: "A" }] })).toEqual([]);
    const maps = ["labels", "annotations", "nodeSelector", "matchLabels", "selector", "data"];
    for (const map of maps) expect(differences({ [map]: { zone: "" } }, { [map]: {} })).toEqual([`${map}.zone`]);
    expect(differences({ effect: "" }, { effect: "NoExecute" })).toEqual(["effect"]);
  });

  it("ignores a wanted field that is undefined", () => {
    expect(differences({ spec: { replicas: undefined } }, { spec: { replicas: 3 } })).toEqual([]);
  });
});

describe("quantities", () => {
  const limits = (memory: string | number): object => ({ resources: { limits: { memory } } });

  it.each([
    ["2.666667", "2667m"],
    ["1Gi", 1_073_741_824],
    ["0.1", "100m"],
  ])("%s and %s are the same where they are quantities", (wanted, live) => {
    expect(differences(limits(wanted), limits(live))).toEqual([]);
    expect(differences({ requests: { storage: wanted } }, { requests: { storage: live } })).toEqual([]);
    expect(differences({ args: { memory: wanted } }, { args: { memory: live } })).toEqual(["args.memory"]);
  });

  it("differ where their values do", () => {
    expect(differences(limits("1Gi"), limits("1G"))).toEqual(["resources.limits.memory"]);
  });
});

describe("fields that exclude each other", () => {
  it("must go where another of them is wanted, and stay where none is", () => {
    const asks = (how: object) => ({ readinessProbe: how });
    expect(differences(asks({ httpGet: {} }), asks({ httpGet: {}, exec: {} }))).toEqual(["readinessProbe.exec"]);
    expect(differences(asks({ periodSeconds: 5 }), asks({ periodSeconds: 5, exec: {} }))).toEqual([]);
    const strategy = (type: string) => ({ strategy: { type } });
    const rolling = { strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } } };
    expect(differences(strategy("Recreate"), rolling)).toEqual(["strategy.rollingUpdate"]);
    expect(
      differences(strategy("RollingUpdate"), { strategy: { ...rolling.strategy, type: "RollingUpdate" } }),
    ).toEqual([]);
  });
});

describe("lists", () => {
  const items = {
    containers: [
      { name: "api", image: "a" },
      { name: "ws", image: "b" },
    ],
    initContainers: [{ name: "init" }, { name: "wait" }],
    env: [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ],
    volumes: [
      { name: "config", secret: { secretName: "x" } },
      { name: "certs", secret: { secretName: "y" } },
    ],
    volumeMounts: [
      { name: "data", mountPath: "/a" },
      { name: "data", mountPath: "/b" },
    ],
    ports: [
      { containerPort: 53, protocol: "TCP", name: "tcp" },
      { containerPort: 53, protocol: "UDP", name: "udp" },
    ],
    imagePullSecrets: [{ name: "a" }, { name: "b" }],
    ownerReferences: [
      { uid: "1", name: "x" },
      { uid: "2", name: "y" },
    ],
  };

  it.each(Object.entries(items))("of %s mean the same in any order", (key, list) => {
    expect(differences({ [key]: list }, { [key]: list.toReversed() })).toEqual([]);
    expect(differences({ [key]: list }, { [key]: list.slice(1) })).toHaveLength(1);
  });

  const other = { name: "other", mountPath: "/other", containerPort: 1, uid: "other" };
  const [shared, whole] = [["imagePullSecrets", "ownerReferences"], Object.keys(items).slice(0, 6)];

  it.each(shared)("of %s may hold items of others", (key) => {
    const list = items[key as keyof typeof items];
    expect(differences({ [key]: list }, { [key]: [other, ...list] })).toEqual([]);
  });

  it.each(whole)("of %s hold nothing but what is wanted, and nothing where none is wanted", (key) => {
    const list = items[key as keyof typeof items];
    const found = findings({ [key]: list }, { [key]: [other, ...list] });
    expect(found).toMatchObject([{ surplus: true, live: other }]);
    const all = findings({ spec: {} }, { spec: { [key]: list } });
    expect(all.map(({ live, surplus }) => ({ live, surplus }))).toEqual(list.map((live) => ({ live, surplus: true })));
    expect(all[0]?.steps.slice(0, 2)).toEqual(["f:spec", `f:${key}`]);
  });

  it("of volumes and variables hold items with one source each", () => {
    const config = { name: "config", secret: { secretName: "x" } };
    expect(differences({ volumes: [config] }, { volumes: [{ ...config, emptyDir: {} }] })).toEqual([
      "volumes[config].emptyDir",
    ]);
    const level = { name: "LEVEL", value: "info" };
    expect(differences({ env: [level] }, { env: [{ name: "LEVEL", valueFrom: {} }] })).toEqual([
      "env[LEVEL].value",
      "env[LEVEL].valueFrom",
    ]);
  });

  it("name an item by its key as field managers do", () => {
    const [step] = findings({ ports: [{ port: 80 }] }, { ports: [] })[0]?.steps.slice(1) ?? [];
    expect(step).toBe('k:{"port":80,"protocol":"TCP"}');
  });

  it("name the item that differs", () => {
    const [first, second] = items.containers;
    const live = { containers: [{ ...second, image: "c" }, first] };
    expect(differences({ containers: items.containers }, live)).toEqual(["containers[ws].image"]);
    expect(differences({ ports: [{ port: 80, targetPort: 1 }] }, { ports: [{ port: 80, targetPort: 2 }] })).toEqual([
      "ports[80/TCP].targetPort",
    ]);
  });

  it.each(["args", "command", "tolerations", "rules"])("of %s mean something else in another order", (key) => {
    expect(differences({ [key]: ["a", "b"] }, { [key]: ["b", "a"] })).toEqual([`${key}[0]`, `${key}[1]`]);
  });

  it.each(["args", "tolerations"])("of %s mean something else with an item more or less", (key) => {
    expect(differences({ [key]: ["a"] }, { [key]: ["a", "b"] })).toEqual([key]);
    expect(differences({ [key]: ["a", "b"] }, { [key]: ["a"] })).toEqual([key]);
  });
});
