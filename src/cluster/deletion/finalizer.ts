import type { KubeObject } from "../../kube/object.ts";
import { deletionFinalizer } from "../api/names.ts";

/** Writes the finalizers of clusters, and nothing else of them. */
export interface FinalizerWriter {
  /** Replaces the finalizers of the cluster as it was read; a change by somebody else meanwhile is an error. */
  setFinalizers(object: KubeObject, finalizers: readonly string[]): Promise<KubeObject>;
}

/** Whether the deletion of the cluster waits for this operator. */
export function isHeld({ metadata }: KubeObject): boolean {
  return metadata.finalizers?.includes(deletionFinalizer) === true;
}

/** Puts the finalizer on a cluster whose data shall go with it, and takes it off any other; the cluster as it is then. */
export async function holdIf(wanted: boolean, object: KubeObject, writer: FinalizerWriter): Promise<KubeObject> {
  if (wanted === isHeld(object)) return object;
  return wanted
    ? await writer.setFinalizers(object, [...(object.metadata.finalizers ?? []), deletionFinalizer])
    : await letGo(object, writer);
}

/** Takes the finalizer off; those of others stay. */
export async function letGo(object: KubeObject, writer: FinalizerWriter): Promise<KubeObject> {
  const { finalizers = [] } = object.metadata;
  return await writer.setFinalizers(
    object,
    finalizers.filter((finalizer) => finalizer !== deletionFinalizer),
  );
}
