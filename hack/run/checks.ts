import { clusters } from "../../src/cluster/watches.ts";
import { controlPlaneNodeLabels, controllerNodeLabel, localPathClass } from "../../src/cluster/api/names.ts";
import { rows } from "../../src/cluster/sync/kinds.ts";
import type { Client } from "../../src/kube/client.ts";
import { customResourceDefinitions, events, leases, namespaces, nodes, storageClasses } from "../../src/kube/kinds.ts";
import type { Kind, KubeObject } from "../../src/kube/object.ts";

type Asking = Pick<Client, "create" | "list">;

/** What the platform needs and a cluster lacks, each in a sentence with its remedy; empty when all is there. */
export async function missingOn(client: Asking): Promise<readonly string[]> {
  const refused = await refusedRights(client);
  // Without the right to look there is nothing to tell about the rest.
  if (refused.length > 0)
    return [`the kubeconfig's user may not ${shortened(refused)}: use one that is bound to cluster-admin`];
  return [...(await missingClass(client)), ...(await missingLabels(client))];
}

function shortened(texts: readonly string[]): string {
  const [shown, more] = [texts.slice(0, 5).join(", "), texts.length - 5];
  return more > 0 ? `${shown} and ${more} things more` : shown;
}

const accessReviews: Kind = {
  apiVersion: "authorization.k8s.io/v1",
  kind: "SelfSubjectAccessReview",
  plural: "selfsubjectaccessreviews",
  namespaced: false,
};

interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
}

const caching = ["get", "list", "watch"];

/** What the operator does, and what is done here beside it. */
const rights: readonly Right[] = [
  ...rows.flatMap(({ kind }) => to([...caching, "create", "patch", "update", "delete"], kind)),
  ...to([...caching, "patch"], clusters),
  ...to(["patch"], clusters).map((right) => ({ ...right, subresource: "status" })),
  ...to(["list", "watch"], nodes),
  ...to(["list"], storageClasses),
  ...to(["get", "patch"], customResourceDefinitions),
  ...to(["get", "create", "update"], leases),
  ...to(["create", "patch"], events),
  ...to(["patch"], namespaces),
];

function to(verbs: readonly string[], { apiVersion, plural: resource }: Kind): readonly Right[] {
  const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
  return verbs.map((verb) => ({ verb, group, resource }));
}

async function refusedRights(client: Asking): Promise<readonly string[]> {
  if (await isAllowed(client, { verb: "*", group: "*", resource: "*" })) return [];
  const allowed = await Promise.all(rights.map((right) => isAllowed(client, right)));
  return rights.filter((_, index) => allowed[index] === false).map(rightText);
}

function rightText({ verb, group, resource, subresource }: Right): string {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return `${verb} ${what}${group === "" ? "" : `.${group}`}`;
}

async function isAllowed(client: Asking, resourceAttributes: Right): Promise<boolean> {
  const { apiVersion, kind } = accessReviews;
  const review = { apiVersion, kind, metadata: { name: "" }, spec: { resourceAttributes } };
  const { status } = (await client.create(accessReviews, review)) as {
    readonly status?: { readonly allowed?: boolean };
  };
  return status?.allowed === true;
}

async function missingClass(client: Asking): Promise<readonly string[]> {
  const { items } = await client.list(storageClasses);
  if (items.some(({ metadata }) => metadata.name === localPathClass)) return [];
  const others = items.map(({ metadata, ...rest }) => `${metadata.name} of provisioner ${String(rest["provisioner"])}`);
  const remedy =
    others.length === 0
      ? "install a provisioner with a class of that name"
      : `make a class of that name with a provisioner that you have (${others.join(", ")})`;
  return [`there is no StorageClass ${localPathClass}, which the platform's claims ask for: ${remedy}`];
}

async function missingLabels(client: Asking): Promise<readonly string[]> {
  const { items } = await client.list(nodes);
  const example = items[0]?.metadata.name ?? "NODE";
  const { key, value } = controllerNodeLabel;
  const [controlPlane] = controlPlaneNodeLabels;
  const has = (test: (labels: Readonly<Record<string, string>>) => boolean): boolean =>
    items.some(({ metadata }: KubeObject) => test(metadata.labels ?? {}));
  return [
    ...(has((labels) => labels[key] === value)
      ? []
      : [`no node is marked to run the platform: kubectl label node ${example} ${key}=${value}`]),
    ...(has((labels) => controlPlaneNodeLabels.some((label) => labels[label] !== undefined))
      ? []
      : [
          `no node is marked as control plane, whose size limits follow: kubectl label node ${example} ${controlPlane}=`,
        ]),
  ];
}
