import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../src/cluster/api/field.ts";
import { ownedSpec } from "../../../src/cluster/defaults/ownership.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/kube/object.ts";
import { clusterObject } from "../../support/cluster-scope.ts";

const defaults = { manager: "onecloud-operator-defaults", operation: "Apply" } as const;
const kubectl = { manager: "kubectl-edit", operation: "Update" } as const;

function stored(spec: JsonObject, ...managedFields: readonly ManagedFieldsEntry[]): KubeObject {
  const object = clusterObject(spec);
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

function holding(who: Pick<ManagedFieldsEntry, "manager" | "operation">, spec: object): ManagedFieldsEntry {
  return { ...who, fieldsType: "FieldsV1", fieldsV1: { "f:spec": spec } };
}

describe("a stored spec", () => {
  it("is all written where nobody recorded who wrote it", () => {
    const spec = { version: "v1", keystone: { replicas: 2 } };
    expect(ownedSpec(clusterObject(spec))).toEqual({ written: spec, filled: {} });
  });

  it("is empty where the object has none", () => {
    const { spec: _, ...object } = clusterObject({});
    expect(ownedSpec(object)).toEqual({ written: {}, filled: {} });
  });

  it("tells what a person wrote from what the operator filled in, field by field", () => {
    const spec = { version: "v1", zone: "zone0", keystone: { replicas: 2, image: "x", service: { nodePort: 30500 } } };
    const object = stored(
      spec,
      holding(kubectl, { ".": {}, "f:version": {}, "f:keystone": { ".": {}, "f:replicas": {} } }),
      holding(defaults, { "f:zone": {}, "f:keystone": { "f:image": {}, "f:service": { "f:nodePort": {} } } }),
    );
    expect(ownedSpec(object)).toEqual({
      written: { version: "v1", keystone: { replicas: 2 } },
      filled: { zone: "zone0", keystone: { image: "x", service: { nodePort: 30500 } } },
    });
  });

  it("counts a field as written that a person holds together with the operator, and as filled in too", () => {
    const object = stored({ zone: "zone0" }, holding(kubectl, { "f:zone": {} }), holding(defaults, { "f:zone": {} }));
    expect(ownedSpec(object)).toEqual({ written: { zone: "zone0" }, filled: { zone: "zone0" } });
  });

  it("counts a field as written that nobody holds, as one is that was there before managers were recorded", () => {
    const object = stored({ zone: "zone1", version: "v1" }, holding(defaults, { "f:version": {} }));
    expect(ownedSpec(object).written).toEqual({ zone: "zone1" });
  });

  it("takes a list or a map that is owned whole as one value", () => {
    const tolerations = [{ key: "a" }, { key: "b" }];
    const object = stored(
      { keystone: { tolerations, nodeSelector: { disk: "fast" }, annotations: { note: "x" } } },
      holding(defaults, { "f:keystone": { "f:tolerations": {}, "f:nodeSelector": {} } }),
      holding(kubectl, { "f:keystone": { "f:annotations": {} } }),
    );
    expect(ownedSpec(object)).toEqual({
      written: { keystone: { annotations: { note: "x" } } },
      filled: { keystone: { tolerations, nodeSelector: { disk: "fast" } } },
    });
  });

  it("keeps a struct that a person wrote, though the operator filled in all that stands in it", () => {
    const object = stored(
      { keystone: { image: "x" } },
      holding(kubectl, { "f:keystone": { ".": {} } }),
      holding(defaults, { "f:keystone": { "f:image": {} } }),
    );
    expect(ownedSpec(object).written).toEqual({ keystone: {} });
  });

  it("keeps what a person wrote as null or empty", () => {
    const object = stored(
      { zone: "", keystone: { affinity: null, image: "x" } },
      holding(kubectl, { "f:zone": {}, "f:keystone": { "f:affinity": {} } }),
      holding(defaults, { "f:keystone": { "f:image": {} } }),
    );
    expect(ownedSpec(object).written).toEqual({ zone: "", keystone: { affinity: null } });
  });

  it.each([
    ["the status", { ...holding(defaults, { "f:zone": {} }), subresource: "status" }],
    ["another operation of the same name", holding({ ...defaults, operation: "Update" }, { "f:zone": {} })],
    ["the operator's own objects", holding({ ...defaults, manager: "onecloud-operator" }, { "f:zone": {} })],
    ["metadata alone", { ...defaults, fieldsV1: { "f:metadata": { "f:labels": {} } } }],
    ["nothing", defaults],
  ])("does not count a field as filled in for an entry about %s", (_, entry) => {
    expect(ownedSpec(stored({ zone: "zone0" }, entry))).toEqual({ written: { zone: "zone0" }, filled: {} });
  });

  it("does not count a field as written for an entry about the status", () => {
    const status = { ...holding(kubectl, { "f:zone": {} }), subresource: "status" };
    const object = stored({ zone: "zone0" }, status, holding(defaults, { "f:zone": {} }));
    expect(ownedSpec(object).written).toEqual({});
  });
});

/** A leaf of a spec with the parties that hold it. */
interface Held {
  readonly value: Json;
  readonly ours: boolean;
  readonly theirs: boolean;
}
interface Tree {
  readonly [key: string]: Held | Tree;
}

const leaf: fc.Arbitrary<Held> = fc.oneof(
  fc.record({ value: values(), ours: fc.constant(true), theirs: fc.boolean() }),
  fc.record({ value: values(), ours: fc.constant(false), theirs: fc.constant(true) }),
);

function values(): fc.Arbitrary<Json> {
  return fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string()));
}

const key = fc.constantFrom("image", "replicas", "service", "limits", "tag", "a.b/c");
const { tree } = fc.letrec<{ tree: Tree; node: Held | Tree }>((tie) => ({
  tree: fc.dictionary(key, tie("node"), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  node: fc.oneof({ maxDepth: 3 }, leaf, tie("tree")),
}));

function isLeaf(node: Held | Tree): node is Held {
  return "value" in node;
}

/** The part of the tree whose leaves a party holds; structs without any such leaf go. */
function part(node: Tree, isTheirs: (held: Held) => boolean): JsonObject {
  const entries = Object.entries(node).flatMap(([name, below]): [string, Json][] => {
    if (isLeaf(below)) return isTheirs(below) ? [[name, below.value]] : [];
    const inner = part(below, isTheirs);
    return Object.keys(inner).length === 0 ? [] : [[name, inner]];
  });
  return Object.fromEntries(entries);
}

/** `fieldsV1` as the API server writes it for a party. */
function fieldsOf(node: Tree, isTheirs: (held: Held) => boolean): Record<string, object> {
  const entries = Object.entries(node).flatMap(([name, below]): [string, object][] => {
    if (isLeaf(below)) return isTheirs(below) ? [[`f:${name}`, {}]] : [];
    const inner = fieldsOf(below, isTheirs);
    return Object.keys(inner).length === 0 ? [] : [[`f:${name}`, inner]];
  });
  return Object.fromEntries(entries);
}

describe("any spec, however its fields are shared out", () => {
  it("splits into exactly what others hold and exactly what the operator holds", () => {
    fc.assert(
      fc.property(tree, fc.boolean(), (whole, oneManager) => {
        const [ours, theirs] = [(held: Held) => held.ours, (held: Held) => held.theirs];
        const [first, second] = [holding(kubectl, fieldsOf(whole, theirs)), holding(defaults, fieldsOf(whole, ours))];
        const others = oneManager ? [first] : [holding({ ...kubectl, manager: "helm" }, {}), first];
        const object = stored(
          part(whole, () => true),
          second,
          ...others,
        );
        expect(ownedSpec(object)).toEqual({ written: part(whole, theirs), filled: part(whole, ours) });
      }),
      { numRuns: 150 },
    );
  });
});
