import { isForbidden } from "../../src/kube/api-error.ts";
import type { Client } from "../../src/kube/client.ts";
import { deployments, namespaces } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { type Manifest, operatorName, readManifests } from "./manifests.ts";
import { helmReleaseOf, type Incumbent, incumbentOf, olderPodsGone, removeOlder, type Telling } from "./older.ts";
import { rolledOut } from "./rollout.ts";
import type { Deployed, Place } from "./settings.ts";

/** Field manager of what `make deploy` writes. */
const fieldManager = "onecloud-operator-deploy";

/**
 * Makes the operator run with the image: what `deploy/kustomization.yaml` lists is tried as a dry run, the Deployment of another
 * operator is replaced, all is applied, and its pods are awaited. Rejects with one sentence that says what is wrong and the remedy.
 */
export async function deploy(client: Client, to: Deployed & Telling): Promise<void> {
  await namespaceIsThere(client, to);
  await noneElsewhere(client, to);
  const manifests = await readManifests(to.namespace, to.image);
  const incumbent = await incumbentIn(client, to, manifests);
  // What the server refuses shall be known before anything is changed.
  for (const manifest of manifests) await tryOut(client, manifest, incumbent);
  if (incumbent.whose === "other") await removeOlder(client, incumbent.deployment, to);
  await olderPodsGone(client, to);
  for (const { kind, object } of manifests) await client.apply(kind, object, { fieldManager, force: true });
  to.say(`applied ${manifests.length} objects; waiting for the operator to be ready`);
  await awaitRollout(client, to, incumbent);
}

async function awaitRollout(client: Client, to: Deployed, { whose }: Incumbent): Promise<void> {
  try {
    await rolledOut(client, to);
  } catch (cause) {
    const [name, n] = [`deployment/${operatorName}`, to.namespace];
    const rest =
      whose === "ours" ? ` (the former pod goes on running; kubectl rollout undo -n ${n} ${name} goes back)` : "";
    throw new Error(`${to.image} does not come up: ${cause instanceof Error ? cause.message : String(cause)}${rest}`, {
      cause,
    });
  }
}

/** Rejects with a sentence when there is no such namespace, or when it is going. */
export async function namespaceIsThere(client: Client, { namespace }: Place): Promise<void> {
  const found = await client.get(namespaces, { name: namespace });
  if (found === undefined)
    throw new Error(
      `namespace ${namespace} does not exist: kubectl create namespace ${namespace}, or name another one with NAMESPACE=…`,
    );
  if (found.metadata.deletionTimestamp !== undefined)
    throw new Error(`namespace ${namespace} is being deleted: wait until it is gone, and create it again`);
}

/** Each would look after all clusters, and their Leases lie in different namespaces. */
async function noneElsewhere(client: Client, { namespace }: Place): Promise<void> {
  const { items } = await client.list(deployments, { fieldSelector: `metadata.name=${operatorName}` });
  const other = items.find(({ metadata, spec }) => metadata.namespace !== namespace && replicasOf(spec) > 0);
  if (other !== undefined)
    throw new Error(
      `Deployment ${operatorName} is in namespace ${other.metadata.namespace ?? ""} already, and two operators would fight over the same clusters: remove that one first, or install each by the chart with watchNamespaces of its own`,
    );
}

function replicasOf(spec: unknown): number {
  return (spec as { readonly replicas?: number }).replicas ?? 1;
}

async function incumbentIn(client: Client, { namespace }: Place, manifests: readonly Manifest[]): Promise<Incumbent> {
  const wanted = manifests.find(({ kind }) => kind === deployments)?.object;
  if (wanted === undefined) throw new Error("deploy/kustomization.yaml lists no Deployment");
  const incumbent = incumbentOf(await client.get(deployments, { namespace, name: operatorName }), wanted);
  if (incumbent.whose === "helm") throw new Error(helmSentence(incumbent.deployment, "upgrade it with helm upgrade"));
  return incumbent;
}

/** Says that something is Helm's, and what to do instead. */
export function helmSentence(deployment: KubeObject, instead: string): string {
  const { namespace = "" } = deployment.metadata;
  return `Deployment ${operatorName} in namespace ${namespace} belongs to the Helm release ${helmReleaseOf(deployment) ?? ""}: ${instead}`;
}

async function tryOut(client: Client, { kind, object }: Manifest, incumbent: Incumbent): Promise<void> {
  // Under its own name it would be refused as long as the other operator's is there.
  const aside = kind === deployments && incumbent.whose === "other";
  const tried = aside ? { ...object, metadata: { ...object.metadata, name: `${operatorName}-trial` } } : object;
  try {
    await client.apply(kind, tried, { fieldManager, force: true, dryRun: true });
  } catch (error) {
    if (!isForbidden(error)) throw error;
    throw new Error(
      `${error.message}: nothing was changed; give the user of the kubeconfig this right, or use one who is bound to cluster-admin`,
      { cause: error },
    );
  }
}
