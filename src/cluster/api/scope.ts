import type { Cluster, PeerSpec } from "./cluster.ts";
import type { Credentials, ServiceCredentials } from "./credentials.ts";
import type { Facts } from "./facts.ts";
import type { Engine } from "./names.ts";
import { applicationName, dockerComposeCluster, group, labelKeys, operatorName } from "./names.ts";
import type { ServicePort } from "./shapes.ts";

/** The database that a component has to itself. */
export interface DatabaseFacts {
  readonly name: string;
  /** User that owns it; named like the database when left out. */
  readonly username?: string;
  /** Whether the operation log may go to ClickHouse in edition ee, under the same names. */
  readonly clickhouse: boolean;
  /** The only engine that the component can use. */
  readonly engine?: Engine;
  /** What is added to the name of the database for a second one of the same user. */
  readonly secondSuffix?: string;
}

/** Engine of a database: the only one that the component can use, else its own choice, else that of the cluster, else MySQL. */
export function databaseEngine(
  database: Pick<DatabaseFacts, "engine"> | undefined,
  chosen: string | undefined,
  { platform }: Cluster,
): Engine {
  return database?.engine ?? ((chosen || platform.db_engine || "mysql") as Engine);
}

/** What builders need to know about the component they build for. */
export interface ComponentFacts {
  /** Name of the component in objects and labels, `victoria-metrics`. */
  readonly type: string;
  readonly database?: DatabaseFacts;
  /** Whether it has objects of its own for each zone; `zones` in its spec chooses some. */
  readonly perZone?: boolean;
  /** Labels beside the usual ones, on the workload, its selector and its pods. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A file that a service reads at its start. */
export interface OptionFile {
  /** Name of the file in the pod, `keystone.conf`. */
  readonly name: string;
  /** Name of its volume, and the directory in which the pod finds it. */
  readonly volume: string;
  readonly directory: string;
  readonly text: string;
  readonly holdsCredential: boolean;
}

/** An option file together with the object that carries it, which may belong to another component that reads it too. */
export interface CarriedFile extends OptionFile {
  /** Name of the Secret or ConfigMap. */
  readonly object: string;
}

/** Everything that a builder may look at: one component of one cluster, for the length of one pass. Frozen data. */
export interface Scope<Spec = unknown> {
  readonly cluster: Cluster;
  readonly component: ComponentFacts;
  readonly spec: Spec;
  /** The component's own entry of the credentials. */
  readonly config: ServiceCredentials;
  readonly credentials: Credentials;
  readonly facts: Facts;
  /** The option file that the component reads, once it is built. */
  readonly file?: CarriedFile;
  /** The zone that the objects are for, where a component has some for each; none for the first zone of the region. */
  readonly zone?: string;
}

/** Name of the component's objects: `<cluster>-<type>`, and `<cluster>-<type>-<zone>` for each zone beside the first. */
export function nameOf(s: Scope): string {
  return peerName(s, typeInZone(s));
}

function typeInZone({ component: { type }, zone }: Scope): string {
  return zone === undefined ? type : `${type}-${zone}`;
}

/** Name of the objects, and host name of the Service, of another component; its type alone in the cluster of Docker Compose. */
export function peerName({ cluster }: Scope, type: string): string {
  return cluster.name === dockerComposeCluster ? type : `${cluster.name}-${type}`;
}

/**
 * Name of the object that carries the component's option file. An annotation of the cluster may add a suffix, with which
 * clusters of the reference moved their pods to a new file; its name always begins with that of the cluster.
 */
export function fileObjectName(s: Scope): string {
  const type = typeInZone(s);
  const name = `${s.cluster.name}-${type}`;
  const suffix = s.cluster.annotations[`${group}/${type}.${name}.sha`];
  return suffix ? `${name}-${suffix}` : name;
}

/** The region as the platform knows it: by its id, or by its name before it has one. */
export function regionOf({ cluster, facts: { zoneIds } }: Scope): string {
  return zoneIds.region ?? cluster.platform.region;
}

/** The zone that the objects are for as the platform knows it: by its id, or by its name before it has one. */
export function zoneOf({ zone, cluster, facts: { zoneIds } }: Scope): string {
  if (zone === undefined) return zoneIds.first ?? cluster.platform.zone;
  // A zone may be called as something that every JavaScript object has.
  return (Object.hasOwn(zoneIds.custom, zone) ? zoneIds.custom[zone] : undefined) ?? zone;
}

/** Labels of the component's objects; those of a zone beside the first name it, so that zones do not mix. */
export function labelsOf(s: Scope): Record<string, string> {
  return {
    [labelKeys.name]: applicationName,
    [labelKeys.managedBy]: operatorName,
    [labelKeys.instance]: s.cluster.instance,
    [labelKeys.component]: s.component.type,
    [labelKeys.app]: s.component.type,
    ...(s.zone !== undefined && { [labelKeys.zone]: s.zone }),
  };
}

/** Labels of the component's workload and pods, and what its Service selects by. */
export function podLabelsOf(s: Scope): Record<string, string> {
  return { ...labelsOf(s), ...s.component.labels };
}

/** The spec of another component; an error of the program when there is none under this key. */
export function peer(s: Scope, specKey: string): PeerSpec {
  const spec = s.cluster.specs[specKey];
  if (spec === undefined) throw new Error(`${s.component.type}: no component has the spec key ${specKey}`);
  return spec as unknown as PeerSpec;
}

/** The port under which another component is reached, inside and outside: the node port of one of its services. */
export function peerPort(s: Scope, specKey: string, service = "service"): number {
  const { nodePort } = peer(s, specKey)[service] as ServicePort;
  return nodePort;
}

/** The port that the service itself listens on, from the credentials document. */
export function listenPort(s: Scope): number {
  const { port } = s.config;
  if (port === undefined) throw new Error(`${s.component.type}: the credentials document holds no port for it`);
  return port;
}
