import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findings } from "../../../src/cluster/sync/compare.ts";
import { holderOf, replacementOf } from "../../../src/cluster/sync/co-owners.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/kube/object.ts";
import { plainDeployment } from "../../support/plain-objects.ts";

const wanted = plainDeployment("prod-region");

interface PodSpec {
  readonly containers: readonly object[];
  readonly volumes?: readonly object[];
  readonly hostname?: string;
  readonly schedulerName?: string;
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

const inPods = (fields: object): Readonly<Record<string, unknown>> => ({
  "f:spec": { "f:template": { "f:spec": fields } },
});
const proxy = { 'k:{"name":"proxy"}': { ".": {}, "f:image": {} } };
const edit: ManagedFieldsEntry = {
  manager: "kubectl-edit",
  operation: "Update",
  fieldsV1: inPods({ "f:containers": proxy, "f:hostname": {} }),
};

const reference: ManagedFieldsEntry = {
  manager: "onecloud-operator",
  operation: "Update",
  fieldsV1: inPods({ "f:containers": proxy, "f:hostname": {}, "f:schedulerName": {} }),
};

const templateGeneration = "deprecated.daemonset.template.generation";

function annotated(name: string): Readonly<Record<string, unknown>> {
  return { "f:metadata": { "f:annotations": { [`f:${name}`]: {} } } };
}

function replace(wish: KubeObject, object: KubeObject): KubeObject | undefined {
  return replacementOf(wish, object, findings(wish, object));
}

function podsOf(object: KubeObject | undefined): unknown {
  return (object?.["spec"] as { readonly template: { readonly spec: unknown } } | undefined)?.template.spec;
}

describe("an object that an apply makes what is wanted", () => {
  it.each([
    ["as nobody but the operator holds anything", []],
    ["as others hold only what they may", [{ ...edit, fieldsV1: inPods({ "f:hostname": {} }) }]],
    ["as what the operator saved is still wanted", [{ ...reference, fieldsV1: inPods({ "f:containers": {} }) }]],
    ["as what is not wanted is only reported", [{ ...reference, subresource: "status" }]],
    ["as it holds only what the API server counts", [{ ...reference, fieldsV1: annotated(templateGeneration) }]],
  ])("is not replaced, %s", (_, managedFields) => {
    const wish = plainDeployment("prod-region", { image: "app:v2" });
    expect(replace(wish, live({ hostname: "node-1" }, managedFields))).toBe(undefined);
  });
});

describe("an object with something that an apply would leave", () => {
  it("is replaced by the wanted one, without what others may not add and with what they may", () => {
    const wish = plainDeployment("prod-region", { image: "app:v2" });
    const object = live({ containers: [{ name: "proxy", image: "proxy:v1" }], hostname: "node-1" }, [edit]);
    const replaced = replace(wish, object);
    expect(podsOf(replaced)).toEqual({ containers: [{ name: "app", image: "app:v2" }], hostname: "node-1" });
    expect(replaced?.metadata.managedFields).toEqual([edit]);
  });

  it("has nothing left of the reference, which wrote under the operator's own name", () => {
    const object = live({ hostname: "node-1", schedulerName: "default-scheduler" }, [reference]);
    const replaced = replace(wanted, object);
    expect(podsOf(replaced)).toEqual(podsOf(wanted));
    expect(replaced?.metadata.managedFields).toEqual([]);
  });

  it("keeps what the reference held and others hold as well", () => {
    const fieldsV1 = inPods({ "f:hostname": {} });
    const replaced = replace(
      wanted,
      live({ hostname: "node-1", schedulerName: "x" }, [reference, { ...edit, fieldsV1 }]),
    );
    expect(podsOf(replaced)).toMatchObject({ hostname: "node-1" });
    expect(podsOf(replaced)).not.toHaveProperty("schedulerName");
    expect(replaced?.metadata.managedFields).toEqual([{ ...edit, fieldsV1 }]);
  });

  it("has all that stays of the operator's own held by apply", () => {
    const app = { 'k:{"name":"app"}': { ".": {}, "f:name": {}, "f:image": {} } };
    const entry = { ...reference, fieldsV1: inPods({ "f:containers": app, "f:hostname": {} }) };
    const replaced = replace(wanted, live({ hostname: "node-1" }, [entry]));
    expect(replaced?.metadata.managedFields).toEqual([
      {
        manager: "onecloud-operator",
        operation: "Apply",
        apiVersion: "apps/v1",
        fieldsType: "FieldsV1",
        fieldsV1: inPods({ "f:containers": app }),
      },
    ]);
  });

  it("loses of a map just what nobody else holds", () => {
    const holders = ["nobody", "saved", "applied", "other", "saved and other", "applied and other"] as const;
    const labels = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.constantFrom(...holders));
    fc.assert(
      fc.property(labels, fc.array(fc.nat()), (held, chosen) => {
        const keys = Object.keys(held);
        const wish = labelled(
          Object.fromEntries(keys.filter((_, i) => chosen.includes(i)).map((key) => [key, "ours"])),
        );
        const of = (who: string): Readonly<Record<string, unknown>> => {
          const some = keys.filter((key) => held[key]?.split(" and ").includes(who));
          return {
            "f:metadata": { "f:labels": { ".": {}, ...Object.fromEntries(some.map((key) => [`f:${key}`, {}])) } },
          };
        };
        const object = labelled(Object.fromEntries(keys.map((key) => [key, "live"])), [
          { ...reference, fieldsV1: { ...of("saved"), "f:spec": { "f:paused": {} } } },
          { ...reference, operation: "Apply", fieldsV1: of("applied") },
          { ...edit, fieldsV1: of("other") },
        ]);
        const left = keys.filter((key) => wish.metadata.labels?.[key] !== undefined || isHeldElse(held[key]));
        expect(Object.keys(replace(wish, object)?.metadata.labels ?? {}).toSorted()).toEqual(left.toSorted());
      }),
    );
  });
});

function labelled(
  labels: Readonly<Record<string, string>>,
  managedFields: readonly ManagedFieldsEntry[] = [],
): KubeObject {
  return { ...wanted, metadata: { ...wanted.metadata, labels, managedFields } };
}

function isHeldElse(holder = "nobody"): boolean {
  return holder === "nobody" || holder.endsWith("other");
}

describe("what somebody else put into an object", () => {
  it("is told with its manager, as far as one can tell", () => {
    const object = live({ containers: [{ name: "proxy", image: "proxy:v1" }] }, [edit]);
    expect(holderOf(object, findings(wanted, object))).toBe("kubectl-edit");
    const other = live({ volumes: [{ name: "more" }] }, [edit, reference]);
    expect(holderOf(other, findings(wanted, other))).toBe(undefined);
  });
});
