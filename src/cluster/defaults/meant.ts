import type { KubeObject } from "../../kube/object.ts";
import type { Cluster } from "../api/cluster.ts";
import type { Field, Fields, JsonObject } from "../api/field.ts";
import type { Edition } from "../api/names.ts";
import { annotationKeys, applicationName, editions, labelKeys } from "../api/names.ts";
import type { PlatformSpec } from "../api/platform.ts";
import { platformFields } from "../api/platform.ts";
import { fill } from "./fill.ts";

/** Specs of the components by spec key: the second half of the spec's schema. */
export type ComponentSpecs = Readonly<Record<string, Field>>;

/** Where option files are kept when the spec does not say. */
export type Storage = "Secret" | "ConfigMap";

/**
 * The cluster as meant: what is written in `spec`, completed by every default. `storage` is what the surroundings say
 * about option files. The result is plain data that nobody changes.
 */
export function meantCluster(
  object: KubeObject,
  specs: ComponentSpecs,
  given: { readonly spec: JsonObject; readonly storage: Storage },
): Cluster {
  const { metadata } = object;
  const around = { name: metadata.name, edition: editionOf(object), storage: given.storage };
  const platform = fill(platformFields, given.spec, { ...around, platform: {} });
  const context = { ...around, platform };
  const filledSpecs = Object.entries(specs).map(([key, field]) => {
    const written = (given.spec[key] ?? {}) as JsonObject;
    return [key, fill(field.fields as Fields, written, context)] as const;
  });
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? "default",
    uid: metadata.uid ?? "",
    generation: metadata.generation ?? 0,
    annotations: metadata.annotations ?? {},
    instance: instanceOf(object),
    edition: around.edition,
    platform: platform as unknown as PlatformSpec,
    specs: Object.fromEntries(filledSpecs),
  };
}

/** The label by which a cluster's objects are told from those of others in its namespace. */
export function instanceOf({ metadata }: KubeObject): string {
  return metadata.labels?.[labelKeys.instance] ?? `${applicationName}-${metadata.name}`;
}

/** Edition that the annotation names; `ce` when it is missing, empty or none of the known ones. */
export function editionOf(object: KubeObject): Edition {
  const named = object.metadata.annotations?.[annotationKeys.edition];
  return editions.find((edition) => edition === named) ?? "ce";
}
