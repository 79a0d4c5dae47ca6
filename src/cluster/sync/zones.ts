import type { Cluster } from "../api/cluster.ts";
import type { Component } from "../components/component.ts";

/** A zone in which a component has objects; `undefined` stands for the first zone, whose objects carry no zone. */
export type ObjectZone = string | undefined;

/** The zones in which a component has objects of its own: all of the cluster, or those that its spec chooses. */
export function zonesOf(component: Component, cluster: Cluster): readonly ObjectZone[] {
  if (component.perZone !== true) return [undefined];
  const { zone: first } = cluster.platform;
  const chosen = chosenZones(component, cluster);
  const zones = chosen.length === 0 ? allZones(cluster) : allZones(cluster).filter((zone) => chosen.includes(zone));
  return zones.map((zone) => (zone === first ? undefined : zone));
}

/** What the spec of a component chooses and no zone of the cluster is. */
export function unknownZones(component: Component, cluster: Cluster): readonly string[] {
  if (component.perZone !== true) return [];
  const zones = allZones(cluster);
  return chosenZones(component, cluster).filter((zone) => !zones.includes(zone));
}

/** Zones of a component with which the names of its objects cannot end: Kubernetes would refuse them. */
export function unusableZones(component: Component, cluster: Cluster): readonly string[] {
  const named = zonesOf(component, cluster).filter((zone) => zone !== undefined);
  return named.filter((zone) => !/^[a-z0-9-]*[a-z0-9](\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(zone));
}

function allZones({ platform: { zone, customZones = [] } }: Cluster): readonly string[] {
  return [...new Set([zone, ...customZones])].filter(saysSomething);
}

function chosenZones({ specKey }: Component, cluster: Cluster): readonly string[] {
  const { zones = [] } = (cluster.specs[specKey] ?? {}) as { readonly zones?: readonly string[] };
  return zones.filter(saysSomething);
}

/** Lists of stored objects may hold empty texts. */
function saysSomething(zone: string): boolean {
  return zone !== "";
}
