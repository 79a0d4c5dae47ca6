import { homedir } from "node:os";
import { join } from "node:path";
import { controllerNodeLabel, controlPlaneNodeLabels, localPathClass } from "../../src/cluster/api/names.ts";
import { clusters } from "../../src/cluster/watches.ts";
import type { Client } from "../../src/kube/client.ts";
import { createClient } from "../../src/kube/client.ts";
import { loadConnection } from "../../src/kube/connection.ts";
import { customResourceDefinitions, namespaces, nodes, storageClasses } from "../../src/kube/kinds.ts";
import { rows } from "../../src/cluster/sync/kinds.ts";
import type { Kind } from "../../src/kube/object.ts";
import type { Target } from "./target.ts";
import { hintsFor } from "./target.ts";

const defaultWaitMs = 600_000;

/** The cluster of the current kubeconfig, once it is known that the platform can be made there; WAIT says for how many seconds to wait for it. */
export async function currentCluster(): Promise<Target> {
  const kubeconfig = process.env["KUBECONFIG"] ?? join(homedir(), ".kube", "config");
  const connection = await loadConnection();
  try {
    const missing = await whatIsMissing(createClient(connection));
    for (const sentence of missing) console.error(`missing: ${sentence}`);
    if (missing.length > 0) throw new Error(`the cluster of ${connection.origin} lacks what is named above`);
    console.log(`using the cluster of ${connection.origin}`);
  } finally {
    await connection.close();
  }
  const seconds = Number(process.env["WAIT"]);
  return {
    kubeconfig,
    waitMs: seconds > 0 ? seconds * 1000 : defaultWaitMs,
    hints: (cluster) =>
      `\nReady.\n\n  export KUBECONFIG=${kubeconfig}\n${hintsFor("kubectl", cluster)}\n\nCtrl-C ends the operator; the platform stays.`,
    leave: () => Promise.resolve(),
  };
}

async function whatIsMissing(client: Client): Promise<readonly string[]> {
  const rights = await missingRights(client);
  if (rights.length > 0) return rights;
  return [...(await missingClass(client)), ...(await missingLabels(client))];
}

const reviews: Kind = {
  apiVersion: "authorization.k8s.io/v1",
  kind: "SelfSubjectAccessReview",
  plural: "selfsubjectaccessreviews",
  namespaced: false,
};

/** The kinds that the operator writes and reads, beside those that clusters are made of. */
const needed: readonly Kind[] = [
  clusters,
  customResourceDefinitions,
  namespaces,
  nodes,
  ...rows.map(({ kind }) => kind),
];

async function missingRights(client: Client): Promise<readonly string[]> {
  const asked = needed.flatMap((kind) =>
    (kind === nodes ? ["list", "watch"] : ["create", "patch", "list"]).map((verb) => ({ kind, verb })),
  );
  const answers = await Promise.all(
    asked.map(async (one) => ({ ...one, allowed: await isAllowed(client, one.kind, one.verb) })),
  );
  return answers
    .filter(({ allowed }) => !allowed)
    .map(({ kind, verb }) => `the right to ${verb} ${kind.plural}: use a kubeconfig of an administrator`);
}

async function isAllowed(client: Client, kind: Kind, verb: string): Promise<boolean> {
  const [version, group] = kind.apiVersion.split("/").toReversed();
  const resourceAttributes = { group: group ?? "", version, resource: kind.plural, verb };
  const review = {
    apiVersion: reviews.apiVersion,
    kind: reviews.kind,
    metadata: { name: "" },
    spec: { resourceAttributes },
  };
  const { status } = (await client.create(reviews, review)) as { readonly status?: { readonly allowed?: boolean } };
  return status?.allowed === true;
}

async function missingClass(client: Client): Promise<readonly string[]> {
  const found = await client.get(storageClasses, { name: localPathClass });
  if (found !== undefined) return [];
  return [
    `the storage class ${localPathClass}: install a provisioner for it, or name another class in the spec of glance and victoriaMetrics`,
  ];
}

async function missingLabels(client: Client): Promise<readonly string[]> {
  const { items } = await client.list(nodes);
  const labels = items.map(({ metadata }) => metadata.labels ?? {});
  const { key, value } = controllerNodeLabel;
  const controllers = labels.some((one) => one[key] === value)
    ? []
    : [`a node for the services: kubectl label node <name> ${key}=${value}`];
  const controlPlane = labels.some((one) => controlPlaneNodeLabels.some((label) => label in one));
  if (!controlPlane)
    console.error(`note: no node has the label ${controlPlaneNodeLabels[0]}, so pods get no computed limits`);
  return controllers;
}
