import type { KubeObject } from "../../kube/object.ts";
import type { Capacity, Facts, Limits, LiveClaim } from "../api/facts.ts";
import { controlPlaneNodeLabels } from "../api/names.ts";
import { parseQuantity } from "../api/quantity.ts";

/** What facts are read from: what caches hold at the start of a pass. */
export interface Surroundings {
  readonly nodes: readonly KubeObject[];
  readonly kubernetesMinor: number;
  readonly claims: readonly KubeObject[];
  /** The live workload of that name in the cluster's namespace. */
  readonly workload: (name: string) => KubeObject | undefined;
}

/** The facts of one pass. */
export function readFacts({ nodes, claims, kubernetesMinor, workload }: Surroundings): Facts {
  const capacity = smallest(nodes.filter(isControlPlane).flatMap(capacityOf));
  return {
    kubernetesMinor,
    ...(capacity !== undefined && { capacity }),
    liveClaims: claims.map(liveClaim),
    liveLimits: (name, container) => limitsOf(workload(name), container),
  };
}

function liveClaim(claim: KubeObject): LiveClaim {
  const { storageClassName = "" } = (claim["spec"] ?? {}) as { readonly storageClassName?: string };
  return { name: claim.metadata.name, storageClassName };
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
  readonly template: { readonly spec: { readonly containers: readonly LiveContainer[] } };
}

function limitsOf(workload: KubeObject | undefined, container: string): Limits | undefined {
  if (workload === undefined) return undefined;
  const { template } = workload["spec"] as WorkloadSpec;
  const live = template.spec.containers.find(({ name }) => name === container);
  const { cpu, memory } = live?.resources?.limits ?? {};
  return cpu === undefined || memory === undefined ? undefined : { cpu, memory };
}
