import * as fc from "fast-check";
import type { Field, Fields, Json, JsonObject } from "../../src/cluster/api/field.ts";
import { credentialsName, labelKeys, operatorName } from "../../src/cluster/api/names.ts";
import type { Component } from "../../src/cluster/components/component.ts";
import { specsOf } from "../../src/cluster/components/component.ts";
import { render } from "../../src/cluster/render.ts";
import { storedStatus } from "../../src/cluster/status.ts";
import { rowOf, rows } from "../../src/cluster/sync/kinds.ts";
import { clusters } from "../../src/cluster/watches.ts";
import { type Client, createClient } from "../../src/kube/client.ts";
import { loadConnection } from "../../src/kube/connection.ts";
import { secrets } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { writtenFields } from "./arbitrary-cluster.ts";
import { wishIn } from "./children.ts";
import { componentOf } from "./cluster-scope.ts";
import { type ControlPlaneAccess, createNamespace, eventually } from "./control-plane.ts";
import { removePlatform } from "./installation.ts";
import { clusterManifest, coreComponents, startOperator, untilDefined } from "./operator.ts";

const types = ["keystone", "glance", "web", "climc", "yunionagent", "test"];

/**
 * The components that are edited, with every kind of object among them. None waits for another: random placement starts no
 * pods, and what this is about is what the operator asks for.
 */
const edited: readonly Component[] = types.map((type) => ({ ...componentOf(type), after: [], gatedBy: [] }));

/** Peers whose specs those read; they do not run themselves. */
const peers = coreComponents.filter(({ type }) => !types.includes(type));
const peersAtRest = Object.fromEntries(peers.map(({ specKey }) => [specKey, { disable: true }]));

/**
 * What cannot be changed on what exists, by design: data stays on the volume that it has. Neither may two clusters ask for
 * one port of the nodes, and a password that stands in another Secret needs one.
 */
const leftAlone = new Set(["storageClassName", "storage", "nodePort", "internalOnly", "bootstrapPasswordSecretRef"]);

/** Specs that follow one another, the last of them what counts in the end; a step changes one component or all of them. */
export function editedSpecs(): fc.Arbitrary<readonly JsonObject[]> {
  const written = writtenFields(specsOf(edited.map(withoutData)));
  return fc
    .array(written, { minLength: 2, maxLength: 4 })
    .map((specs) => specs.map((spec) => reachedInside(withoutEmpty(spec) as JsonObject)));
}

function withoutData(component: Component): Component {
  return { ...component, spec: pruned(component.spec) as Component["spec"] };
}

function pruned(field: Field): Field {
  if (field.fields === undefined) return field;
  const kept = Object.entries(field.fields).filter(([key]) => !leftAlone.has(key));
  return { ...field, fields: Object.fromEntries(kept.map(([key, below]) => [key, pruned(below)])) as Fields };
}

/** The value without structs in which nothing stands: the API server turns those into null when they were full before. */
function withoutEmpty(value: Json | undefined): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutEmpty(inner)] as const);
  const full = entries.filter(([, inner]) => inner !== undefined);
  return full.length === 0 ? undefined : Object.fromEntries(full);
}

/** The spec in which no service asks for a port of the nodes. */
function reachedInside(spec: JsonObject): JsonObject {
  const inside = Object.entries(specsOf(edited)).map(([key, { fields = {} }]) => {
    const services = Object.entries(fields).filter(([, field]) => field.fields?.["internalOnly"] !== undefined);
    const closed = Object.fromEntries(services.map(([name]) => [name, { internalOnly: true }]));
    return [key, { ...(spec[key] as JsonObject | undefined), ...closed }] as const;
  });
  const filled = inside.filter(([, struct]) => Object.keys(struct).length > 0);
  return { ...spec, ...Object.fromEntries(filled), ...peersAtRest };
}

/** The spec without the components of which the API server would refuse an object: it cannot know every rule of theirs. */
export async function acceptableSpec(client: Client, namespace: string, spec: JsonObject): Promise<JsonObject> {
  const refused = await Promise.all(
    edited.map(async ({ type, specKey }) => {
      const cluster = {
        ...clusterManifest("prod", namespace, spec),
        metadata: { name: "prod", namespace, uid: "any" },
      };
      const objects = render(cluster).find(({ component }) => component === type)?.objects ?? [];
      const answers = await Promise.all(objects.map((object) => isRefused(client, object)));
      return answers.includes(true) ? [specKey] : [];
    }),
  );
  return reachedInside(Object.fromEntries(Object.entries(spec).filter(([key]) => !refused.flat().includes(key))));
}

async function isRefused(client: Client, object: KubeObject): Promise<boolean> {
  try {
    await client.apply(rowOf(object).kind, object, { fieldManager: "trial", dryRun: true, force: true });
    return false;
  } catch {
    return true;
  }
}

function manifest(namespace: string, spec: JsonObject): KubeObject {
  return clusterManifest("prod", namespace, { ...spec, dameng: { host: "dm.example.com", password: "dm-password" } });
}

/** What a person applies, one spec after the other; each stands alone, so that a field which the next one lacks is taken out. */
export async function applySpec(client: Client, namespace: string, spec: JsonObject): Promise<KubeObject> {
  return await client.apply(clusters, manifest(namespace, spec), { fieldManager: "somebody", force: true });
}

/** What the operator made, once it has seen the newest spec, without what tells one installation from the next. */
export async function madeFor(client: Client, namespace: string): Promise<Readonly<Record<string, unknown>>> {
  await eventually(
    async () => {
      const cluster = await client.get(clusters, { namespace, name: "prod" });
      const seen = cluster && storedStatus(cluster).observedGeneration;
      if (cluster === undefined || seen !== cluster.metadata.generation) throw new Error("its newest spec is not seen");
    },
    { interval: 100 },
  );
  const selector = { namespace, labelSelector: `${labelKeys.managedBy}=${operatorName}` };
  const lists = await Promise.all(
    rows.filter(({ data }) => data !== true).map(async ({ kind }) => (await client.list(kind, selector)).items),
  );
  return Object.fromEntries(lists.flat().map((object) => [`${object.kind} ${object.metadata.name}`, wishIn(object)]));
}

/** An operator that runs these components, and a client that is not its own. */
export interface Editing {
  readonly plane: ControlPlaneAccess;
  readonly client: Client;
  end(): Promise<void>;
}

/** Starts the operator of such tests. */
export async function startEditing(plane: ControlPlaneAccess): Promise<Editing> {
  const operator = await startOperator(plane, { components: [...edited, ...peers] });
  await untilDefined(plane);
  const connection = await loadConnection({ kubeconfig: plane.kubeconfig, userAgent: "somebody" });
  return {
    plane,
    client: createClient(connection),
    end: async () => {
      await connection.close();
      await operator.stop();
    },
  };
}

/** What came of specs applied one after the other, and of the last of them alone, in two namespaces with the same credentials. */
export async function bothWays(
  { plane, client }: Editing,
  seed: number,
): Promise<Readonly<Record<"stepByStep" | "atOnce", Readonly<Record<string, unknown>>>>> {
  const [old, fresh] = [await createNamespace(plane, "edited"), await createNamespace(plane, "fresh")];
  const [specs = []] = fc.sample(editedSpecs(), { numRuns: 1, seed });
  const steps = await Promise.all(specs.map((spec) => acceptableSpec(client, old, spec)));
  for (const spec of steps) {
    await applySpec(client, old, spec);
    await madeFor(client, old);
  }
  await copyCredentials(client, old, fresh);
  await applySpec(client, fresh, steps.at(-1) ?? {});
  const [stepByStep, atOnce] = await Promise.all([madeFor(client, old), madeFor(client, fresh)]);
  for (const namespace of [old, fresh]) await removePlatform(plane, namespace);
  return { stepByStep, atOnce };
}

async function copyCredentials(client: Client, from: string, to: string): Promise<void> {
  const name = credentialsName("prod");
  const secret = await client.get(secrets, { namespace: from, name });
  if (secret === undefined) throw new Error(`there is no Secret ${name} in namespace ${from}`);
  await client.create(secrets, { ...secret, metadata: { name, namespace: to } });
}
