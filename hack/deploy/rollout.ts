import type { Client } from "../../src/kube/client.ts";
import { deployments, pods, replicaSets } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { operatorName } from "./manifests.ts";
import { selectorTextOf } from "./older.ts";
import type { Place } from "./settings.ts";
import { type Trouble, troubleOfDeployment, troubleOfPod } from "./troubles.ts";
import { waitFor } from "./wait.ts";

/** Resolves when every pod of the operator is of the present template and ready. Rejects with one sentence, at once when waiting is no use. */
export async function rolledOut(client: Client, place: Place): Promise<void> {
  let latest: Trouble | undefined;
  const look = async (): Promise<true | undefined> => {
    const deployment = await client.get(deployments, { namespace: place.namespace, name: operatorName });
    if (deployment === undefined) throw new Error(`Deployment ${operatorName} was deleted meanwhile`);
    if (isRolledOut(deployment)) return true;
    latest = await troubleOf(client, deployment);
    if (latest?.final === true) throw new Error(latest.sentence);
    return undefined;
  };
  if ((await waitFor(look, place.waitMs)) === undefined) {
    const why = latest?.sentence ?? `see kubectl describe deployment -n ${place.namespace} ${operatorName}`;
    throw new Error(`not ready after ${place.waitMs / 1000} s: ${why}`);
  }
}

/** The same question as that of `kubectl rollout status`. */
function isRolledOut({ metadata, spec, status }: KubeObject): boolean {
  const { replicas: wanted = 1 } = spec as { readonly replicas?: number };
  const counted = (status ?? {}) as Readonly<Record<string, unknown>>;
  if (Number(counted["observedGeneration"] ?? 0) < (metadata.generation ?? 0)) return false;
  return ["replicas", "updatedReplicas", "availableReplicas"].every((count) => (counted[count] ?? 0) === wanted);
}

async function troubleOf(client: Client, deployment: KubeObject): Promise<Trouble | undefined> {
  const { namespace = "" } = deployment.metadata;
  const selection = { namespace, labelSelector: selectorTextOf(deployment) };
  const newest = newestOf((await client.list(replicaSets, selection)).items, deployment);
  const made = (await client.list(pods, selection)).items.filter((pod) => isOwnedBy(pod, newest) && !isReady(pod));
  return (
    made.map(troubleOfPod).toSorted((a, b) => Number(b.final) - Number(a.final))[0] ?? troubleOfDeployment(deployment)
  );
}

function newestOf(sets: readonly KubeObject[], deployment: KubeObject): KubeObject | undefined {
  const revision = ({ metadata }: KubeObject): number =>
    Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
  return sets.filter((set) => isOwnedBy(set, deployment)).toSorted((a, b) => revision(b) - revision(a))[0];
}

function isOwnedBy({ metadata }: KubeObject, owner: KubeObject | undefined): boolean {
  return owner !== undefined && metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) === true;
}

function isReady({ status }: KubeObject): boolean {
  const { conditions = [] } = (status ?? {}) as {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
  return conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
}
