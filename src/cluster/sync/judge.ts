import type { KubeObject } from "../../kube/object.ts";
import type { Cluster } from "../api/cluster.ts";
import type { JsonObject } from "../api/field.ts";
import { annotationKeys, editions } from "../api/names.ts";
import type { Component } from "../components/component.ts";
import type { Wanted } from "./plan.ts";
import { unknownZones } from "./zones.ts";

/** What is wrong across components of a cluster as meant; nothing is changed while there is something. */
export function judge(cluster: Cluster, wanted: readonly Wanted[]): readonly string[] {
  return [...unknownEdition(cluster), ...unlistedZones(cluster, wanted), ...duplicatePorts(cluster, wanted)];
}

function unlistedZones(cluster: Cluster, wanted: readonly Wanted[]): readonly string[] {
  return wanted.flatMap(({ component }) =>
    unknownZones(component, cluster).map(
      (zone) =>
        `spec.${component.specKey}.zones names ${zone}, which is neither spec.zone nor one of spec.customZones: add it there, or take it out`,
    ),
  );
}

function unknownEdition(cluster: Cluster): readonly string[] {
  const named = cluster.annotations[annotationKeys.edition];
  if (named === undefined || named === "" || editions.some((edition) => edition === named)) return [];
  return [`annotation ${annotationKeys.edition} is ${named}: set it to one of ${editions.join(", ")}`];
}

interface PortUse {
  readonly port: number;
  readonly field: string;
}

function duplicatePorts(cluster: Cluster, wanted: readonly Wanted[]): readonly string[] {
  const uses = wanted.flatMap(({ component, objects }) =>
    nodePortsOf(objects).map((port) => use(cluster, component, port)),
  );
  const first = new Map<number, string>();
  return uses.flatMap(({ port, field }) => {
    const other = first.get(port);
    if (other !== undefined)
      return [`${field} is ${port}, which ${other} asks for too: choose another port for one of them`];
    first.set(port, field);
    return [];
  });
}

function nodePortsOf(objects: readonly KubeObject[]): readonly number[] {
  return objects
    .filter(({ kind }) => kind === "Service")
    .flatMap((object) => (object["spec"] as { readonly ports?: readonly { readonly nodePort?: number }[] }).ports ?? [])
    .flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort]));
}

/** The field of the spec that names the port; some components have one that nobody can choose. */
function use(cluster: Cluster, { specKey, type }: Component, port: number): PortUse {
  const services = Object.entries(cluster.specs[specKey] ?? {});
  const [key] = services.find(([, value]) => (value as JsonObject | null)?.["nodePort"] === port) ?? [];
  return { port, field: key === undefined ? `the fixed node port of ${type}` : `spec.${specKey}.${key}.nodePort` };
}
