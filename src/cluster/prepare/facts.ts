import type { KubeObject } from "../../kube/object.ts";
import type { Capacity, Facts, Limits, LiveClaim, ZoneIds } from "../api/facts.ts";
import { controlPlaneNodeLabels, group, nodeLabelText } from "../api/names.ts";
import { parseQuantity } from "../api/quantity.ts";
import type { ClusterStatus } from "../api/status.ts";

/** What facts are read from: what caches hold at the start of a pass. */
export interface Surroundings {
  /** All nodes; `undefined` where the operator may not look at them. */
  readonly nodes: readonly KubeObject[] | undefined;
  readonly kubernetesMinor: number;
  readonly claims: readonly KubeObject[];
  /** `undefined` where they cannot be read. */
  readonly storageClasses?: readonly KubeObject[] | undefined;
  /** The live workload of that name in the cluster's namespace. */
  readonly workload: (name: string) => KubeObject | undefined;
}

/** The facts of one pass; `status` is that of the cluster as stored. */
export function readFacts(surroundings: Surroundings, status: Partial<ClusterStatus> = {}): Facts {
  const { nodes, claims, storageClasses, kubernetesMinor, workload } = surroundings;
  const capacity = smallest((nodes ?? []).filter(isControlPlane).flatMap(capacityOf));
  return {
    kubernetesMinor,
    ...(capacity !== undefined && { capacity }),
    ...(nodes !== undefined && { nodeLabels: platformLabels(nodes) }),
    zoneIds: zoneIdsIn(status),
    liveClaims: claims.map(liveClaim),
    ...(storageClasses !== undefined && { storageClasses: namesOf(storageClasses) }),
    liveLimits: (name, container) => limitsOf(workload(name), container),
    liveReplicas: (name) => (workload(name)?.["spec"] as WorkloadSpec | undefined)?.replicas,
  };
}

interface ClaimSpec {
  readonly storageClassName?: string;
  readonly volumeName?: string;
}

function liveClaim(claim: KubeObject): LiveClaim {
  const { storageClassName = "", volumeName = "" } = (claim["spec"] ?? {}) as ClaimSpec;
  return { name: claim.metadata.name, storageClassName, ...(volumeName !== "" && { bound: true }) };
}

function namesOf(objects: readonly KubeObject[]): readonly string[] {
  return objects.map(({ metadata }) => metadata.name).toSorted();
}

/** The ids of the region and its zones that a status holds. */
export function zoneIdsIn(status: Partial<ClusterStatus>): ZoneIds {
  const { RegionId, ZoneId, CustomZones } = (status["region"] ?? {}) as {
    readonly RegionId?: string;
    readonly ZoneId?: string;
    readonly CustomZones?: ZoneIds["custom"] | null;
  };
  // The reference stores empty texts.
  return { ...(RegionId && { region: RegionId }), ...(ZoneId && { first: ZoneId }), custom: CustomZones ?? {} };
}

/** What facts say of nodes, as text: as long as it stays the same, nodes that change are no reason for a pass. */
export function nodesText(nodes: readonly KubeObject[]): string {
  return JSON.stringify([nodes.filter(isControlPlane).flatMap(capacityOf), platformLabels(nodes)]);
}

/** What facts say of storage classes, as text: as long as it stays the same, classes that change are no reason for a pass. */
export function storageClassesText(storageClasses: readonly KubeObject[]): string {
  return namesOf(storageClasses).join(" ");
}

function platformLabels(nodes: readonly KubeObject[]): readonly string[] {
  const labels = nodes.flatMap(({ metadata }) => Object.entries(metadata.labels ?? {}));
  const ours = labels
    .filter(([key]) => key.startsWith(`${group}/`))
    .map(([key, value]) => nodeLabelText({ key, value }));
  return [...new Set(ours)].toSorted();
}

/** Whether a node counts for computed limits, ready or not. */
export function isControlPlane(node: KubeObject): boolean {
  return controlPlaneNodeLabels.some((label) => node.metadata.labels?.[label] !== undefined);
}

/** CPU and memory of a node, if it reports them. */
export function capacityOf(node: KubeObject): readonly Capacity[] {
  const { capacity = {} } = (node["status"] ?? {}) as { readonly capacity?: Readonly<Record<string, string>> };
  const [cpu, memory] = [parseQuantity(capacity["cpu"] ?? ""), parseQuantity(capacity["memory"] ?? "")];
  return cpu === undefined || memory === undefined ? [] : [{ cpu, memory }];
}

function smallest(capacities: readonly Capacity[]): Capacity | undefined {
  if (capacities.length === 0) return undefined;
  return {
    cpu: Math.min(...capacities.map(({ cpu }) => cpu)),
    memory: Math.min(...capacities.map(({ memory }) => memory)),
  };
}

interface LiveContainer {
  readonly name: string;
  readonly resources?: { readonly limits?: Partial<Limits> };
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly template: { readonly spec: { readonly containers: readonly LiveContainer[] } };
}

function limitsOf(workload: KubeObject | undefined, container: string): Limits | undefined {
  if (workload === undefined) return undefined;
  const { template } = workload["spec"] as WorkloadSpec;
  const live = template.spec.containers.find(({ name }) => name === container);
  const { cpu, memory } = live?.resources?.limits ?? {};
  return cpu === undefined || memory === undefined ? undefined : { cpu, memory };
}
