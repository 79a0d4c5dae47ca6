/** A reference to the object that owns another one, as `metadata.ownerReferences` carries it. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** One entry of `metadata.managedFields`: what one manager set with one operation. */
export interface ManagedFieldsEntry {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion?: string;
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: Readonly<Record<string, unknown>>;
  readonly subresource?: string;
}

/** The part of `metadata` that this program reads or writes. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** A Kubernetes object as plain JSON, exactly as the API server sends it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** One kind that the API server serves, with what a URL needs to reach it. */
export interface Kind {
  /** Group and version, `v1` for the core group, `apps/v1` otherwise. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural, lower-case name in URLs, `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Objects of this kind hold secrets: no error repeats what the server says about their content. */
  readonly confidential?: boolean;
}

/** Name of an object, with its namespace where the kind has one. */
export interface ObjectKey {
  readonly namespace?: string;
  readonly name: string;
}

/** The key of an object. */
export function keyOf(object: KubeObject): ObjectKey {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? { name } : { namespace, name };
}

/** A key as text, `namespace/name` or `name`, as log lines and work queues carry it. */
export function keyText(key: ObjectKey): string {
  return key.namespace === undefined ? key.name : `${key.namespace}/${key.name}`;
}

/** The key that `keyText` made. */
export function parseKey(text: string): ObjectKey {
  const slash = text.indexOf("/");
  return slash < 0 ? { name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

/** Whether a parsed answer has the shape of a Kubernetes object: apiVersion, kind and metadata. */
export function isKubeObject(value: unknown): value is KubeObject {
  if (typeof value !== "object" || value === null) return false;
  return (
    "apiVersion" in value &&
    typeof value.apiVersion === "string" &&
    "kind" in value &&
    typeof value.kind === "string" &&
    "metadata" in value &&
    typeof value.metadata === "object" &&
    value.metadata !== null
  );
}
