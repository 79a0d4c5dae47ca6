import { kind } from "../cluster/api/names.ts";
import { clusters } from "../cluster/watches.ts";
import { denialOf, isNotFound, isUnauthorized } from "../kube/api-error.ts";
import type { Client } from "../kube/client.ts";
import type { KubeObject } from "../kube/object.ts";
import { UsageError } from "./failure.ts";

/** The stored cluster of that name, or the only one in the namespace. Rejects with a UsageError that says which there are. */
export async function findCluster(client: Client, namespace: string, name: string | undefined): Promise<KubeObject> {
  if (name !== undefined) {
    const found = await known(client.get(clusters, { namespace, name }));
    if (found !== undefined) return found;
  }
  const { items } = await known(client.list(clusters, { namespace }));
  const names = items.map(({ metadata }) => metadata.name).join(", ");
  if (name !== undefined) {
    throw new UsageError(`namespace ${namespace} has no ${kind} ${name}${names === "" ? "" : `, but ${names}`}`);
  }
  const [only, another] = items;
  if (only === undefined)
    throw new UsageError(`namespace ${namespace} has no ${kind}: name another one with --namespace`);
  if (another !== undefined) throw new UsageError(`namespace ${namespace} has several clusters: name one of ${names}`);
  return only;
}

/** What a person can mend has a remedy of its own. */
async function known<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    const sentence = remedyOf(cause);
    throw sentence === undefined ? cause : new UsageError(sentence, { cause });
  }
}

function remedyOf(error: unknown): string | undefined {
  // A 404 about the whole kind.
  if (isNotFound(error)) return `the API server does not know the kind ${kind}: start the operator, which installs it`;
  if (isUnauthorized(error))
    return "the API server does not accept the user of the kubeconfig: renew the login, or name another one with --context";
  const denial = denialOf(error);
  if (denial === undefined) return undefined;
  const { verb, resource, namespace = "" } = denial;
  return `you may not ${verb} ${resource} in namespace ${namespace}: ask for the ClusterRole onecloud-view of deploy/rbac/users.yaml there`;
}
