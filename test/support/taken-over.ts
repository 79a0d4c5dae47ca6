import { readFileSync } from "node:fs";
import { load, loadAll } from "js-yaml";
import { annotationKeys } from "../../src/cluster/api/names.ts";
import { rows } from "../../src/cluster/sync/kinds.ts";
import { clusters } from "../../src/cluster/watches.ts";
import type { Client } from "../../src/kube/client.ts";
import { customResourceDefinitions, serviceAccounts } from "../../src/kube/kinds.ts";
import type { Kind, KubeObject } from "../../src/kube/object.ts";
import { isKubeObject } from "../../src/kube/object.ts";
import { eventually } from "./eventually.ts";

const folder = new URL("../golden/taken-over/", import.meta.url);

function textOf(name: string): string {
  return readFileSync(new URL(name, folder), "utf8");
}

function oneOf(name: string): KubeObject {
  const object: unknown = load(textOf(name));
  if (!isKubeObject(object)) throw new Error(`${name} holds no object`);
  return object;
}

/** A platform as the reference left it on an API server: one that it installed and that ran. */
export const referencePlatform = {
  /** The definition of that time: no status of its own, and hardly a schema. */
  definition: oneOf("definition.yaml"),
  /** What the user had written. */
  written: oneOf("written.yaml"),
  /** What was stored in the end, with a status. */
  cluster: oneOf("cluster.yaml"),
  /** What the cluster is made of, its credentials and claims among it. */
  objects: loadAll(textOf("objects.yaml")) as readonly KubeObject[],
};

/** The field managers of that platform. */
const person = { fieldManager: "kubectl-client-side-apply" };
const reference = { fieldManager: "onecloud-operator" };

/** Makes the definition, as somebody did by hand. */
export async function installReferenceDefinition(client: Client): Promise<void> {
  await client.create(customResourceDefinitions, referencePlatform.definition, person);
  await eventually(() => client.list(clusters));
}

/** Makes the whole platform in the namespace, each object in the name of those who wrote it; the cluster as stored then. */
export async function makeReferencePlatform(
  client: Client,
  namespace: string,
  more: (spec: object) => object = (spec) => spec,
): Promise<KubeObject> {
  const { written, cluster, objects } = referencePlatform;
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "onecloud-operator", namespace } };
  await client.create(serviceAccounts, account, person);
  const created = await client.create(clusters, within(namespace, written), person);
  const { metadata } = created;
  const { labels = {} } = cluster.metadata;
  const spec = more(cluster["spec"] as object);
  const stored = await client.update(clusters, { ...cluster, spec, metadata: { ...metadata, labels } }, reference);
  for (const object of objects) await client.create(kindOf(object), ownedBy(stored, noted(object)), reference);
  return stored;
}

/** Makes the cluster alone, as it was stored in the end, in one go and with an annotation. */
export async function makeReferenceCluster(client: Client, namespace: string, annotation: string): Promise<void> {
  const { metadata, ...cluster } = within(namespace, referencePlatform.cluster);
  await client.create(
    clusters,
    { ...cluster, metadata: { ...metadata, annotations: { [annotation]: "true" } } },
    person,
  );
}

function within(namespace: string, object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** The object with what the reference noted on it: all that it had applied, passwords too. */
function noted(object: KubeObject): KubeObject {
  const { annotations = {} } = object.metadata;
  if (annotations[annotationKeys.lastApplied] === undefined) return object;
  const note = { [annotationKeys.lastApplied]: JSON.stringify(object["data"] ?? object["spec"]) };
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, ...note } } };
}

function ownedBy({ metadata: { namespace = "default", uid = "" } }: KubeObject, object: KubeObject): KubeObject {
  const { ownerReferences } = object.metadata;
  const owners = ownerReferences?.map((owner) => ({ ...owner, uid }));
  return within(namespace, { ...object, metadata: { ...object.metadata, ...(owners && { ownerReferences: owners }) } });
}

function kindOf({ kind: name }: KubeObject): Kind {
  const row = rows.find(({ kind }) => kind.kind === name);
  if (row === undefined) throw new Error(`the sync does not know the kind ${name}`);
  return row.kind;
}
