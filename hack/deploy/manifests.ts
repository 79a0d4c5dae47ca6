import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import { deployments, serviceAccounts, services } from "../../src/kube/kinds.ts";
import type { Kind, KubeObject } from "../../src/kube/object.ts";

const folder = join(import.meta.dirname, "..", "..", "deploy");

/** Name of the operator's Deployment, and of its container. */
export const operatorName = "onecloud-operator";
/** The namespace that the manifests name. */
const writtenNamespace = "onecloud";

function rbac(kind: string, namespaced: boolean): Kind {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind, plural: `${kind.toLowerCase()}s`, namespaced };
}

const kinds: readonly Kind[] = [
  ...[serviceAccounts, services, deployments],
  ...[rbac("ClusterRole", false), rbac("ClusterRoleBinding", false), rbac("Role", true), rbac("RoleBinding", true)],
];

/** An object that the operator is deployed with, and what a URL needs to reach it. */
export interface Manifest {
  readonly kind: Kind;
  readonly object: KubeObject;
}

/** Everything that `deploy/kustomization.yaml` lists, in its order, for another namespace and the image where one is given. */
export async function readManifests(namespace: string, image?: string): Promise<readonly Manifest[]> {
  const { resources } = load(await readFile(join(folder, "kustomization.yaml"), "utf8")) as {
    readonly resources: readonly string[];
  };
  const texts = await Promise.all(resources.map((path) => readFile(join(folder, path), "utf8")));
  const objects = texts.flatMap((text) => loadAll(text) as readonly KubeObject[]);
  return objects.map((object) => {
    const placed = inNamespace(object, namespace);
    return { kind: kindOf(object), object: image === undefined ? placed : withImage(placed, image) };
  });
}

function kindOf({ apiVersion, kind }: KubeObject): Kind {
  const found = kinds.find((one) => one.kind === kind && one.apiVersion === apiVersion);
  if (found === undefined)
    throw new Error(`deploy/ has a ${kind} of ${apiVersion}, which hack/deploy/manifests.ts does not know`);
  return found;
}

interface Placed {
  readonly name: string;
  readonly namespace?: string;
}

/** What belongs to no namespace carries the name of another one than the usual, so that operators in several do not share their rights. */
function inNamespace(object: KubeObject, namespace: string): KubeObject {
  const subjects = object["subjects"] as readonly Placed[] | undefined;
  const placed = {
    ...object,
    metadata: moved(object.metadata, namespace),
    ...(subjects !== undefined && { subjects: subjects.map((subject) => moved(subject, namespace)) }),
  };
  if (namespace === writtenNamespace || !object.kind.startsWith("Cluster")) return placed;
  const named = <T extends Placed>(part: T): T => ({ ...part, name: `${part.name}-${namespace}` });
  const roleRef = object["roleRef"] as Placed | undefined;
  return { ...placed, metadata: named(placed.metadata), ...(roleRef !== undefined && { roleRef: named(roleRef) }) };
}

function moved<T extends Placed>(part: T, namespace: string): T {
  return part.namespace === writtenNamespace ? { ...part, namespace } : part;
}

interface PodTemplate {
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
}

function withImage(object: KubeObject, image: string): KubeObject {
  if (object.kind !== deployments.kind) return object;
  const spec = object["spec"] as { readonly template: PodTemplate };
  const containers = spec.template.spec.containers.map((container) => ({ ...container, image }));
  const template = { ...spec.template, spec: { ...spec.template.spec, containers } };
  return { ...object, spec: { ...spec, template } };
}
