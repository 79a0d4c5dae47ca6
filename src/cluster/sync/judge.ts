import type { KubeObject } from "../../kube/object.ts";
import type { Cluster } from "../api/cluster.ts";
import type { JsonObject } from "../api/field.ts";
import type { Engine } from "../api/names.ts";
import { annotationKeys, editions } from "../api/names.ts";
import { databaseEngine } from "../api/scope.ts";
import type { Component } from "../components/component.ts";
import type { Wanted } from "./plan.ts";
import { unknownZones, unusableZones } from "./zones.ts";

/** What is wrong across components of a cluster as meant; nothing is changed while there is something. */
export function judge(cluster: Cluster, wanted: readonly Wanted[]): readonly string[] {
  return [
    ...unknownEdition(cluster),
    ...uselessNames(cluster, wanted),
    ...unlistedZones(cluster, wanted),
    ...uselessZones(cluster, wanted),
    ...missingServers(cluster, wanted),
    ...duplicatePorts(cluster, wanted),
  ];
}

function unlistedZones(cluster: Cluster, wanted: readonly Wanted[]): readonly string[] {
  return wanted.flatMap(({ component }) =>
    unknownZones(component, cluster).map(
      (zone) =>
        `spec.${component.specKey}.zones names ${zone}, which is neither spec.zone nor one of spec.customZones: add it there, or take it out`,
    ),
  );
}

function uselessZones(cluster: Cluster, wanted: readonly Wanted[]): readonly string[] {
  const zones = wanted.flatMap(({ component }) => unusableZones(component, cluster));
  return [...new Set(zones)].map(
    (zone) =>
      `spec.customZones names ${zone}, which cannot end the name of an object: write small letters, digits, - and . alone, and a letter or digit at the end`,
  );
}

/** Databases whose engine has no server: the schema asks for that of the cluster's own engine alone. */
function missingServers(cluster: Cluster, wanted: readonly Wanted[]): readonly string[] {
  return wanted.flatMap(({ component }) => {
    const missing = missingServer(component, cluster);
    return missing === undefined ? [] : [missing];
  });
}

function missingServer({ type, specKey, database }: Component, cluster: Cluster): string | undefined {
  if (database === undefined) return undefined;
  const { db_engine: chosen } = (cluster.specs[specKey] ?? {}) as { readonly db_engine?: string };
  const engine = databaseEngine(database, chosen, cluster);
  if (cluster.platform[engine].host !== undefined) return undefined;
  const field = `spec.${engine}.host is missing: name the host of the ${serverNames[engine]} server`;
  if (database.engine === undefined)
    return `spec.${specKey}.db_engine is ${engine}, but ${field}, or take the engine out`;
  return `${type} can use ${serverNames[engine]} alone, but ${field}, or set spec.${specKey}.disable to true`;
}

const serverNames: Readonly<Record<Engine, string>> = { mysql: "MySQL", dameng: "Dameng" };

/** What is wrong with the edition; it is asked before anything is filled in, because images follow it. */
export function unknownEdition(cluster: Cluster): readonly string[] {
  const named = cluster.annotations[annotationKeys.edition];
  if (named === undefined || named === "" || editions.some((edition) => edition === named)) return [];
  return [`annotation ${annotationKeys.edition} is ${named}: set it to one of ${editions.join(", ")}`];
}

/** Services carry the name of the cluster, and theirs become DNS labels. */
function uselessNames(cluster: Cluster, wanted: readonly Wanted[]): readonly string[] {
  const names = wanted.flatMap(({ objects }) => servicesOf(objects).map(({ metadata }) => metadata.name));
  const useless = names.find((name) => !/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name));
  if (useless === undefined) return [];
  return [
    `metadata.name is ${cluster.name}, which makes ${useless} the name of a Service: it must begin with a letter, hold ` +
      "letters, digits and - only, and have 63 characters at most, so choose another name for the cluster",
  ];
}

interface PortUse {
  readonly port: number;
  readonly field: string;
}

function duplicatePorts(cluster: Cluster, wanted: readonly Wanted[]): readonly string[] {
  const uses = wanted.flatMap(({ component, objects }) => portUses(cluster, component, nodePortsOf(objects)));
  const first = new Map<number, string>();
  return uses.flatMap(({ port, field }) => {
    const other = first.get(port);
    if (other !== undefined)
      return [`${field} is ${port}, which ${other} asks for too: choose another port for one of them`];
    first.set(port, field);
    return [];
  });
}

function servicesOf(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.filter(({ kind }) => kind === "Service");
}

interface ServiceSpec {
  readonly ports?: readonly { readonly nodePort?: number }[];
}

function nodePortsOf(objects: readonly KubeObject[]): readonly number[] {
  const ports = servicesOf(objects).flatMap((object) => (object["spec"] as ServiceSpec).ports ?? []);
  return ports.flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort]));
}

/** The ports of a component with the fields of the spec that name them, each field once; some ports nobody can choose. */
function portUses(cluster: Cluster, { specKey, type }: Component, ports: readonly number[]): readonly PortUse[] {
  const fields = Object.entries(cluster.specs[specKey] ?? {}).flatMap(([key, value]) => {
    const { nodePort } = (value ?? {}) as JsonObject;
    return nodePort === undefined ? [] : [{ port: nodePort, field: `spec.${specKey}.${key}.nodePort` }];
  });
  return ports.map((port, index) => {
    const sameBefore = ports.slice(0, index).filter((other) => other === port).length;
    const named = fields.filter((field) => field.port === port);
    return { port, field: named[sameBefore]?.field ?? `the fixed node port of ${type}` };
  });
}
