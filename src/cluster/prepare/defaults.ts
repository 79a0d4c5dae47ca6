import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../kube/object.ts";
import type { Cluster } from "../api/cluster.ts";
import type { Fields, JsonObject } from "../api/field.ts";
import { apiVersion, kind } from "../api/names.ts";
import { platformFields } from "../api/platform.ts";
import { filledIn } from "../defaults/fill.ts";
import type { ComponentSpecs, Storage } from "../defaults/meant.ts";
import { meantCluster } from "../defaults/meant.ts";
import { ownedSpec } from "../defaults/ownership.ts";

/** What filling in defaults needs of the API server. */
export interface DefaultsWriter {
  /** Applies `object` as the manager of defaults, without force; the cluster as it is afterwards. */
  applyDefaults(object: KubeObject): Promise<KubeObject>;
  /** Whether a cluster of the reference left its credentials behind under this name. */
  isTakenOver(cluster: KubeObject): Promise<boolean>;
}

/** A stored cluster, and what is meant by it. */
export interface Reading {
  readonly object: KubeObject;
  readonly cluster: Cluster;
  /** The spec without what the operator filled in. */
  readonly written: JsonObject;
  /** What the operator's defaults hold in the stored spec, and what they shall hold. */
  readonly filled: JsonObject;
  readonly toFill: JsonObject;
}

/** Works out what is meant by a stored cluster; writes nothing. */
export async function readCluster(
  object: KubeObject,
  specs: ComponentSpecs,
  writer: Pick<DefaultsWriter, "isTakenOver">,
): Promise<Reading> {
  const { written, filled } = ownedSpec(object);
  const storage = await storageOf(object, { written, filled }, writer);
  const cluster = meantCluster(object, specs, { spec: written, storage });
  return { object, cluster, written, filled, toFill: defaultsOf(cluster, specs, written) };
}

/** Fills in what the stored spec lacks, with a write only where it differs; the reading as it is then. */
export async function storeDefaults(reading: Reading, writer: Pick<DefaultsWriter, "applyDefaults">): Promise<Reading> {
  const { object, cluster, toFill, filled } = reading;
  if (isDeepStrictEqual(toFill, filled)) return reading;
  const { name, namespace = "default", uid = "" } = object.metadata;
  // The UID keeps the apply from making a cluster anew that has been deleted meanwhile.
  const stored = await writer.applyDefaults({ apiVersion, kind, metadata: { name, namespace, uid }, spec: toFill });
  const generation = stored.metadata.generation ?? cluster.generation;
  return { ...reading, object: stored, cluster: { ...cluster, generation } };
}

/** What the operator fills into the stored spec. */
function defaultsOf(cluster: Cluster, specs: ComponentSpecs, written: JsonObject): JsonObject {
  const fields: Fields = { ...platformFields, ...specs };
  return filledIn(fields, written, { ...(cluster.platform as unknown as JsonObject), ...cluster.specs });
}

/** Decided once: what is stored stays; a cluster of the reference keeps its ConfigMaps, a new one gets Secrets. */
async function storageOf(
  object: KubeObject,
  spec: { readonly written: JsonObject; readonly filled: JsonObject },
  writer: Pick<DefaultsWriter, "isTakenOver">,
): Promise<Storage> {
  const stored = [spec.written, spec.filled].map(
    (part) => (part["optionFiles"] as JsonObject | undefined)?.["storage"],
  );
  const decided = stored.find((storage) => storage === "Secret" || storage === "ConfigMap");
  if (decided !== undefined) return decided;
  return (await writer.isTakenOver(object)) ? "ConfigMap" : "Secret";
}
