import { configMaps, secrets } from "../../kube/kinds.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { JsonObject } from "../api/field.ts";
import { annotationKeys, credentialsKey, credentialsName } from "../api/names.ts";
import { platformFields } from "../api/platform.ts";
import { isFilledIn, withoutOwners } from "../defaults/ownership.ts";
import type { Path } from "../defaults/release.ts";
import { pathText, unaskedPaths, withoutPaths } from "../defaults/release.ts";
import type { ComponentSpecs } from "../defaults/meant.ts";
import type { CredentialsStore } from "./credentials.ts";
import type { DefaultsWriter, Reading } from "./defaults.ts";
import { readCluster } from "./defaults.ts";

/** What releasing fields needs of the world. */
export interface Releasing {
  readonly specs: ComponentSpecs;
  readonly store: Pick<CredentialsStore, "cached" | "get">;
  readonly writer: ClusterWriter & Pick<DefaultsWriter, "isTakenOver">;
  /** Nothing where nodes cannot be seen. */
  readonly controlPlaneNodes: number | undefined;
}

/** Writes clusters as a whole. */
export interface ClusterWriter {
  /** Replaces the cluster as it was read, as the manager of defaults; a change by somebody else meanwhile is an error. */
  replaceCluster(object: KubeObject): Promise<KubeObject>;
}

/** A cluster after its fields were released, and the paths of those that were. */
export interface Released {
  readonly reading: Reading;
  readonly released: readonly string[];
}

/**
 * Releases the fields that nobody asked for of a cluster that came from elsewhere, and of one whose annotation asks for it:
 * one write takes them out, whoever holds them, so that their defaults come back. Any other cluster stays as it is.
 */
export async function releaseFields(reading: Reading, how: Releasing): Promise<Released> {
  const { object, cluster, written } = reading;
  const isAsked = isReleaseAsked(object);
  if (!isAsked && !(await isFromElsewhere(object, how.store))) return { reading, released: [] };
  const { specs, controlPlaneNodes, writer } = how;
  const paths = unaskedPaths({ ...platformFields, ...specs }, written, { cluster, controlPlaneNodes });
  if (!isAsked && paths.length === 0) return { reading, released: [] };
  const replaced = await writer.replaceCluster(without(object, paths));
  return { reading: await readCluster(replaced, specs, writer), released: paths.map(pathText) };
}

function isReleaseAsked({ metadata }: KubeObject): boolean {
  const request = metadata.annotations?.[annotationKeys.releaseDefaults];
  return request !== undefined && request !== "false";
}

/** Credentials tell that the cluster has run, and yet its defaults were not filled in as this operator fills them in. */
async function isFromElsewhere(object: KubeObject, store: Releasing["store"]): Promise<boolean> {
  if (isFilledIn(object)) return false;
  const { name, namespace = "default" } = object.metadata;
  const key = { namespace, name: credentialsName(name) };
  const found = store.cached(secrets, key) ?? (await store.get(secrets, key)) ?? (await store.get(configMaps, key));
  return (found?.["data"] as JsonObject | undefined)?.[credentialsKey] !== undefined;
}

/** The cluster without these fields, without their owners, and without the annotation that asked for it. */
function without(object: KubeObject, paths: readonly Path[]): KubeObject {
  const { annotations = {}, managedFields = [], ...metadata } = object.metadata;
  const { [annotationKeys.releaseDefaults]: _, ...others } = annotations;
  return {
    ...object,
    metadata: { ...metadata, annotations: others, managedFields: withoutOwners(managedFields, paths) },
    spec: withoutPaths(object["spec"] as JsonObject, paths),
  };
}
