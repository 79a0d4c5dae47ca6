import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dump } from "js-yaml";
import type { Client } from "../../src/kube/client.ts";
import { deployments, pods } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { operatorName } from "./manifests.ts";
import type { Deployed, Place } from "./settings.ts";
import { waitFor } from "./wait.ts";

/** Labels by which the older Go operator's Deployment finds its pods. */
const olderPods = { "k8s-app": "onecloud-operator" };

type Labels = Readonly<Record<string, string>>;

/** Whose Deployment of the operator's name there is: nobody's, ours, that of another operator, or that of a Helm release. */
export type Incumbent =
  | { readonly whose: "nobody" }
  | { readonly whose: "ours" | "other" | "helm"; readonly deployment: KubeObject };

/** Tells whose the Deployment is, by its selector and by what Helm notes on what it makes. */
export function incumbentOf(deployment: KubeObject | undefined, wanted: KubeObject): Incumbent {
  if (deployment === undefined) return { whose: "nobody" };
  if (helmReleaseOf(deployment) !== undefined) return { whose: "helm", deployment };
  return { whose: textOf(selectorOf(deployment)) === textOf(selectorOf(wanted)) ? "ours" : "other", deployment };
}

/** Name of the Helm release that an object belongs to; undefined where it belongs to none. */
export function helmReleaseOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.["meta.helm.sh/release-name"];
}

/** The labels by which a Deployment finds its pods, as a selector in one text. */
export function selectorTextOf(deployment: KubeObject): string {
  return textOf(selectorOf(deployment));
}

/**
 * Removes the Deployment of another operator, whose selector is immutable so that ours cannot be applied onto it, and resolves when its
 * pods are gone, so that two operators never act at the same time. Its manifest is kept in a file for who wants to go back.
 */
export async function removeOlder(client: Client, older: KubeObject, to: Deployed & Telling): Promise<void> {
  const selector = selectorTextOf(older);
  const kept = await keep(older, to.keepIn);
  to.say(
    `Deployment ${operatorName} is that of another operator (its pods have ${selector}): kept in ${kept}, and deleted`,
  );
  await removeDeployment(client, selector, to);
}

/** Deletes the Deployment of the operator's name, if there is one; resolves when it is gone and, before it, its pods are. Rejects with a sentence that names what stays. */
export async function removeDeployment(client: Client, selector: string, place: Place): Promise<void> {
  const { namespace, waitMs } = place;
  const key = { namespace, name: operatorName };
  await client.delete(deployments, key, { propagationPolicy: "Foreground" });
  await podsGone(client, selector, place);
  const gone = async (): Promise<true | undefined> =>
    (await client.get(deployments, key)) === undefined ? true : undefined;
  if ((await waitFor(gone, waitMs)) === undefined)
    throw new Error(
      `Deployment ${operatorName} in namespace ${namespace} was deleted and does not go: look at its metadata.finalizers, then run this again`,
    );
}

/** Resolves when no pod of the older operator is left that an earlier try, or somebody else, began to delete. */
export async function olderPodsGone(client: Client, place: Place): Promise<void> {
  await podsGone(client, textOf(olderPods), place);
}

/** A way to tell the person what happens. */
export interface Telling {
  readonly say: (line: string) => void;
}

/** Resolves when no pod has the labels. Rejects with a sentence that names one that stays. */
async function podsGone(client: Client, selector: string, { namespace, waitMs }: Place): Promise<void> {
  let left: readonly KubeObject[] = [];
  const gone = async (): Promise<true | undefined> => {
    left = (await client.list(pods, { namespace, labelSelector: selector })).items.filter(mayRun);
    return left.length === 0 ? true : undefined;
  };
  if ((await waitFor(gone, waitMs)) === undefined) throw new Error(sentenceAbout(left, namespace));
}

/** A pod that was evicted, or ended for good, stays as an object. */
function mayRun({ status }: KubeObject): boolean {
  const { phase } = (status ?? {}) as { readonly phase?: string };
  return phase !== "Succeeded" && phase !== "Failed";
}

function sentenceAbout([pod]: readonly KubeObject[], namespace: string): string {
  const name = pod?.metadata.name ?? "";
  const { nodeName = "no node" } = (pod?.["spec"] ?? {}) as { readonly nodeName?: string };
  const where = `pod ${name} on ${nodeName}`;
  return pod?.metadata.deletionTimestamp === undefined
    ? `${where} is an operator that nothing deletes: delete what makes it, or the pod itself, then run this again`
    : `${where} still ends, and may still act: when its node is gone for good, kubectl delete pod -n ${namespace} ${name} --force, then run this again`;
}

/** What the API server adds and what would hinder another creation. */
async function keep(older: KubeObject, folder: string): Promise<string> {
  const { status: _, metadata, ...rest } = older;
  const { name, namespace, labels, annotations } = metadata;
  const path = join(folder, `replaced-${operatorName}.yaml`);
  await mkdir(folder, { recursive: true });
  await writeFile(path, dump({ ...rest, metadata: { name, namespace, labels, annotations } }, { lineWidth: -1 }));
  return path;
}

function selectorOf(deployment: KubeObject): Labels {
  const { selector } = deployment["spec"] as { readonly selector: { readonly matchLabels?: Labels } };
  return selector.matchLabels ?? {};
}

function textOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .toSorted()
    .join(",");
}
