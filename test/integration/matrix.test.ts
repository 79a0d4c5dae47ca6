import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { editions, products } from "../../src/cluster/api/names.ts";
import { rowOf } from "../../src/cluster/sync/kinds.ts";
import type { Plan } from "../../src/cluster/sync/plan.ts";
import { planOf } from "../../src/cluster/sync/plan.ts";
import { type Client, createClient } from "../../src/kube/client.ts";
import { loadConnection } from "../../src/kube/connection.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import type { Inputs } from "../../src/cluster/sync/wanted.ts";
import { inputsFor } from "../support/cluster-scope.ts";
import { createNamespace, sharedControlPlane } from "../support/control-plane.ts";
import { type Toggle, toggles } from "../support/toggles.ts";

const everywhere = products.flatMap((productVersion) => editions.map((edition) => ({ productVersion, edition })));
const plain: Toggle = { name: "nothing", spec: {} };
const variants = [plain, ...toggles().filter(({ spec }) => spec["productVersion"] === undefined)];

let client: Client;
let namespace: string;
/** Objects that the API server has accepted in this run: the same content is asked for once. */
const accepted = new Set<string>();

beforeAll(async () => {
  const plane = sharedControlPlane();
  namespace = await createNamespace(plane, "matrix");
  const connection = await loadConnection({ kubeconfig: plane.kubeconfig, userAgent: "matrix" });
  client = createClient(connection);
  return () => connection.close();
});

function inputsOf({ spec }: Toggle, product: (typeof everywhere)[number]): Inputs {
  const { edition, productVersion } = product;
  const inputs = inputsFor({ ...spec, productVersion, ...withDameng(spec) }, { edition });
  return { ...inputs, cluster: { ...inputs.cluster, namespace } };
}

/** Whoever chooses that database says where it is. */
function withDameng(spec: Toggle["spec"]): Toggle["spec"] {
  return JSON.stringify(spec).includes("dameng") ? { dameng: { host: "dm.example.com", password: "dm-password" } } : {};
}

function objectsOf({ wanted }: Plan): readonly KubeObject[] {
  return wanted.flatMap(({ objects }) => objects);
}

function nodePortsOf(objects: readonly KubeObject[]): readonly number[] {
  const specs = objects.filter(({ kind }) => kind === "Service").map((object) => object["spec"]);
  const ports = (specs as readonly { readonly ports?: readonly { readonly nodePort?: number }[] }[]).flatMap(
    (spec) => spec.ports ?? [],
  );
  return ports.flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort]));
}

/** Why the API server would not take an object; nothing for one that it takes. */
async function refusal(object: KubeObject): Promise<readonly string[]> {
  try {
    await client.apply(rowOf(object).kind, object, { fieldManager: "matrix", dryRun: true, force: true });
    return [];
  } catch (error) {
    return [`${object.kind} ${object.metadata.name}: ${String(error)}`];
  }
}

function newAmong(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.filter((object) => {
    const text = JSON.stringify(object);
    const isNew = !accepted.has(text);
    accepted.add(text);
    return isNew;
  });
}

/** What is wrong with the objects of one variant: none is wanted, or each says what. */
async function mistakesIn(inputs: Inputs): Promise<readonly string[]> {
  const plan = planOf(inputs);
  const objects = objectsOf(plan);
  const isSame = JSON.stringify(objectsOf(planOf(inputs))) === JSON.stringify(objects);
  const ports = nodePortsOf(objects);
  return [
    ...plan.problems,
    ...(isSame ? [] : ["a second plan wants other objects"]),
    ...(new Set(ports).size === ports.length ? [] : [`a node port is there twice among ${ports.join()}`]),
    ...(await Promise.all(newAmong(objects).map(refusal))).flat(),
  ];
}

describe.each(everywhere)(
  "the product $productVersion in edition $edition, with each switch of the spec",
  (product) => {
    it("wants the same objects each time, no node port twice, and nothing that the API server refuses", async () => {
      const usual = inputsOf(plain, product);
      const mistakes: string[] = [];
      for (const variant of variants) {
        const inputs = inputsOf(variant, product);
        // A switch in its usual position makes no other cluster.
        if (variant !== plain && isDeepStrictEqual(inputs.cluster, usual.cluster)) continue;
        mistakes.push(...(await mistakesIn(inputs)).map((mistake) => `${variant.name}: ${mistake}`));
      }
      expect(mistakes).toEqual([]);
      expect(accepted.size).toBeGreaterThan(100);
    });
  },
);
