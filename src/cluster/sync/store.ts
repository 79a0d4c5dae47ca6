import type { Kind, KubeObject, ObjectKey } from "../../kube/object.ts";

/** What the sync needs of an API server: a view of what is there, and writes that the view shows at once. */
export interface Store {
  /** The object as last seen, without asking the API server. */
  cached(kind: Kind, key: ObjectKey): KubeObject | undefined;
  /** Every object of the kind that the cluster with this UID owns, as last seen. */
  owned(kind: Kind, uid: string): readonly KubeObject[];
  /** The object as it is now. */
  get(kind: Kind, key: ObjectKey): Promise<KubeObject | undefined>;
  /** All objects of the kind as they are now, of all namespaces unless one is named, and whatever their labels unless some are asked for. */
  list(kind: Kind, namespace?: string, labels?: Readonly<Record<string, string>>): Promise<readonly KubeObject[]>;
  /** Names of the objects of the kind, as they are now, that caches leave out because they do not carry the operator's label. */
  unlabelled(kind: Kind, namespace: string): Promise<ReadonlySet<string>>;
  /** Forced server-side apply as the operator; the object as it is afterwards. */
  apply(kind: Kind, object: KubeObject): Promise<KubeObject>;
  /** The same for an object that does not exist yet: one that does is a conflict, and stays as it is. */
  create(kind: Kind, object: KubeObject): Promise<KubeObject>;
  /** Creates the object, or replaces it as it was read: a change by somebody else meanwhile is an error. The object as it is afterwards. */
  save(kind: Kind, object: KubeObject): Promise<KubeObject>;
  /**
   * Deletes exactly this object, not one that has since taken its name, with what depends on it: after it, or before it
   * where it shall go in the foreground.
   */
  delete(kind: Kind, object: KubeObject, propagation?: "Foreground"): Promise<void>;
}
