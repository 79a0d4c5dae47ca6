import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findings } from "../../../src/cluster/sync/compare.ts";
import { heldAlone, holderOf, withoutSurplus } from "../../../src/cluster/sync/co-owners.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/kube/object.ts";
import { plainDeployment } from "../../support/plain-objects.ts";

const wanted = plainDeployment("prod-region");

interface PodSpec {
  readonly containers: readonly object[];
  readonly volumes?: readonly object[];
  readonly tolerations?: readonly object[];
}

/** The live object with more in its pods' spec. */
function live(more: Partial<PodSpec>, managedFields: readonly ManagedFieldsEntry[] = []): KubeObject {
  const spec = wanted["spec"] as { readonly template: { readonly spec: PodSpec } };
  const { containers } = spec.template.spec;
  const pods = { ...spec.template.spec, ...more, containers: [...containers, ...(more.containers ?? [])] };
  return {
    ...wanted,
    metadata: { ...wanted.metadata, managedFields },
    spec: { ...spec, template: { ...spec.template, spec: pods } },
  };
}

const names = fc.stringMatching(/^[a-z]{3,8}$/).filter((name) => name !== "app");
const additions = fc.record(
  {
    containers: fc.uniqueArray(fc.record({ name: names, image: fc.string() }), {
      selector: ({ name }) => name,
      maxLength: 3,
    }),
    volumes: fc.uniqueArray(fc.record({ name: names }), { selector: ({ name }) => name, maxLength: 3 }),
    tolerations: fc.array(fc.record({ key: names }), { maxLength: 2 }),
    hostname: names,
  },
  { requiredKeys: [], noNullPrototype: true },
);

describe("an object without what is surplus", () => {
  it("is as wanted, and keeps what others may set", () => {
    fc.assert(
      fc.property(additions, (more) => {
        const object = live(more);
        const repaired = withoutSurplus(object, findings(wanted, object));
        expect(findings(wanted, repaired)).toEqual([]);
        const { template } = repaired["spec"] as {
          readonly template: { readonly spec: { readonly hostname?: string } };
        };
        expect(template.spec.hostname).toBe(more.hostname);
      }),
    );
  });
});

const inPods = (fields: object): Readonly<Record<string, unknown>> => ({
  "f:spec": { "f:template": { "f:spec": fields } },
});
const proxy = { 'k:{"name":"proxy"}': { ".": {}, "f:image": {} } };
const edit: ManagedFieldsEntry = {
  manager: "kubectl-edit",
  operation: "Update",
  fieldsV1: inPods({ "f:containers": proxy, "f:hostname": {} }),
};

describe("the managed fields of an object whose surplus is taken back", () => {
  const object = live({ containers: [{ name: "proxy", image: "proxy:v1" }] }, [edit]);
  const found = findings(wanted, object);

  it("name the operator for the surplus, and the other manager for all else that is theirs", () => {
    const { managedFields = [] } = heldAlone(object, found).metadata;
    expect(managedFields).toMatchObject([
      {
        manager: "onecloud-operator",
        operation: "Apply",
        fieldsV1: inPods({ "f:containers": { 'k:{"name":"proxy"}': {} } }),
      },
      { manager: "kubectl-edit", operation: "Update" },
    ]);
    expect(managedFields[1]?.fieldsV1).toEqual(inPods({ "f:hostname": {} }));
  });

  it("leave nothing to the reference, which wrote under the operator's own name", () => {
    const reference: ManagedFieldsEntry = { ...edit, manager: "onecloud-operator" };
    const status: ManagedFieldsEntry = { ...reference, subresource: "status" };
    const { managedFields = [] } = heldAlone(live({}, [reference, status]), found).metadata;
    expect(managedFields.map(({ operation, subresource }) => [operation, subresource])).toEqual([
      ["Apply", undefined],
      ["Update", "status"],
    ]);
    expect(managedFields[0]?.fieldsV1).toMatchObject(inPods({ "f:hostname": {} }));
  });

  it("tell who holds it", () => {
    expect(holderOf(object, found)).toBe("kubectl-edit");
    expect(
      holderOf(live({ volumes: [{ name: "more" }] }, [edit]), findings(wanted, live({ volumes: [{ name: "more" }] }))),
    ).toBe(undefined);
  });
});
