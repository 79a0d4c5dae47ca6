import type { Client } from "../../src/kube/client.ts";
import { deployments, leases } from "../../src/kube/kinds.ts";
import { isNotFound } from "../../src/kube/api-error.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { clusters } from "../../src/cluster/watches.ts";
import { helmSentence, namespaceIsThere } from "./deploy.ts";
import { operatorName, readManifests } from "./manifests.ts";
import { incumbentOf, removeDeployment, selectorTextOf, type Telling } from "./older.ts";
import type { Place } from "./settings.ts";

/** Name of the operator's Lease. */
const leaseName = "onecloud-controller-manager";

/**
 * Removes the operator and its rights, its pods first. The definition, the clusters, what runs for them and their data stay. Rejects
 * with a sentence when the Deployment is not ours, or when its pods do not end.
 */
export async function undeploy(client: Client, from: Place & Telling): Promise<void> {
  const { namespace, say } = from;
  await namespaceIsThere(client, from);
  const manifests = await readManifests(namespace);
  const wanted = manifests.find(({ kind }) => kind === deployments)?.object;
  if (wanted === undefined) throw new Error("deploy/kustomization.yaml lists no Deployment");
  const incumbent = incumbentOf(await client.get(deployments, { namespace, name: operatorName }), wanted);
  if (incumbent.whose === "helm") throw new Error(helmSentence(incumbent.deployment, "remove it with helm uninstall"));
  if (incumbent.whose === "other") throw new Error(otherSentence(incumbent.deployment));
  // What it needs to end in order, its Lease among it, goes when its pods are gone.
  await removeDeployment(client, selectorTextOf(wanted), from);
  for (const { kind, object } of manifests.toReversed()) {
    const { name, namespace: within } = object.metadata;
    await client.delete(kind, { name, ...(within !== undefined && { namespace: within }) });
  }
  await removeLease(client, namespace);
  say(
    incumbent.whose === "nobody"
      ? `no operator was deployed in namespace ${namespace}`
      : `the operator is removed from namespace ${namespace}`,
  );
  for (const line of await whatStays(client)) say(line);
}

function otherSentence(deployment: KubeObject): string {
  const selector = selectorTextOf(deployment);
  return `Deployment ${operatorName} is that of another operator (its pods have ${selector}): remove it as it was installed`;
}

/** A Lease that somebody holds belongs to an operator that still runs. */
async function removeLease(client: Client, namespace: string): Promise<void> {
  const key = { namespace, name: leaseName };
  const lease = await client.get(leases, key);
  const { holderIdentity = "" } = (lease?.["spec"] ?? {}) as { readonly holderIdentity?: string };
  if (lease !== undefined && holderIdentity === "") await client.delete(leases, key);
}

async function whatStays(client: Client): Promise<readonly string[]> {
  const stored = await storedClusters(client);
  if (stored === undefined) return [];
  if (stored.length === 0) return ["the definition of OnecloudCluster stays; there are no clusters"];
  const names = stored.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`);
  const held = stored.filter(({ metadata }) => (metadata.finalizers ?? []).length > 0);
  return [
    `what stays: the definition of OnecloudCluster, ${names.join(", ")}, and everything that runs for them`,
    ...held.map(({ metadata }) => `${metadata.name} has a finalizer: it can be deleted only while an operator runs`),
  ];
}

async function storedClusters(client: Client): Promise<readonly KubeObject[] | undefined> {
  try {
    return (await client.list(clusters)).items;
  } catch (error) {
    // The operator never ran, so there is no definition.
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
