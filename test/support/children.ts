import { annotationKeys, labelKeys, operatorName } from "../../src/cluster/api/names.ts";
import { rows } from "../../src/cluster/sync/kinds.ts";
import type { KubeObject, ObjectMeta } from "../../src/kube/object.ts";
import type { ControlPlaneAccess } from "./control-plane.ts";

const kinds = rows.map(({ kind }) => kind.plural).join(",");

/** The objects that the operator made in a namespace, by kind and name, `Deployment prod-keystone`. */
export async function childrenOf(
  plane: ControlPlaneAccess,
  namespace: string,
): Promise<ReadonlyMap<string, KubeObject>> {
  const selector = `${labelKeys.managedBy}=${operatorName}`;
  const args = ["get", kinds, "--namespace", namespace, "--selector", selector, "--output", "json"];
  const { items } = JSON.parse(await plane.kubectl(args)) as { readonly items: readonly KubeObject[] };
  return new Map(items.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
}

/** What of the objects is the same in every installation: nothing that the API server draws or counts, but for generations. */
export function essenceOf(children: ReadonlyMap<string, KubeObject>): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...children].map(([label, object]) => [label, essence(object)]));
}

interface Essence extends Pick<ObjectMeta, "name"> {
  readonly labels: ObjectMeta["labels"] | undefined;
  readonly generation: number | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly owners: readonly object[];
}

/** What binder and provisioner of volumes write on claims, in no certain order. */
const isOfVolumes = /^(?:pv|volume|volume\.beta)\.kubernetes\.io\//;

function essence(whole: KubeObject): object & { readonly metadata: Essence } {
  const { status: _, metadata, ...object } = whole;
  const { name, labels, generation, annotations = {}, ownerReferences = [] } = metadata;
  // It covers the UID of the owner.
  const { [annotationKeys.wantedChecksum]: _c, ...others } = annotations;
  const rest = Object.fromEntries(Object.entries(others).filter(([key]) => !isOfVolumes.test(key)));
  const owners = ownerReferences.map(({ uid: _u, ...owner }) => owner);
  return {
    ...object,
    metadata: { name, labels, generation, annotations: rest, owners },
    ...(object.kind === "Service" && { spec: without(object["spec"], ["clusterIP", "clusterIPs"]) }),
    ...(object.kind === "PersistentVolumeClaim" && { spec: without(object["spec"], ["volumeName"]) }),
  };
}

/** What Kubernetes counts on workloads. */
const isCounted = /^deployment\.kubernetes\.io\/revision$|^deprecated\.daemonset\.template\.generation$/;

/** The same as `essenceOf` of one object, without how often it was changed on the way. */
export function wishIn(object: KubeObject): object {
  const { metadata, ...rest } = essence(object);
  const annotations = Object.entries(metadata.annotations).filter(([key]) => !isCounted.test(key));
  return { ...rest, metadata: { ...metadata, annotations: Object.fromEntries(annotations), generation: 0 } };
}

function without(value: unknown, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(value as object).filter(([key]) => !fields.includes(key)));
}

/** Which objects there are and how often the wish of each has changed: two such answers are equal when nothing was touched. */
export function generationsOf(children: ReadonlyMap<string, KubeObject>): Readonly<Record<string, string>> {
  const entries = [...children].map(([label, { metadata }]) => {
    return [label, `${metadata.uid ?? ""} ${String(metadata.generation ?? metadata.resourceVersion)}`];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

interface Workload {
  readonly template: {
    readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
    readonly spec: {
      readonly containers: readonly {
        readonly resources?: { readonly limits?: Readonly<Record<string, string>> };
      }[];
    };
  };
}

/** Limits of the first container of a workload. */
export function limitsIn(workload: KubeObject | undefined): Readonly<Record<string, string>> | undefined {
  return (workload?.["spec"] as Workload | undefined)?.template.spec.containers[0]?.resources?.limits;
}
