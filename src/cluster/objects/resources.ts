import type { Capacity, Limits } from "../api/facts.ts";
import type { JsonObject } from "../api/field.ts";
import type { Scope } from "../api/scope.ts";

type Quantities = { readonly cpu?: string | number; readonly memory?: string | number };

/** The part of a spec that names resources; what it names wins over what is worked out. */
export interface ResourceSpec {
  readonly requests?: Quantities;
  readonly limits?: Quantities;
}

const smallRequests = { cpu: "10m", memory: "10Mi" } as const;

/** A third of the CPUs and a sixteenth of the memory of the smallest control-plane node, but at least 512Mi. */
export function limitsOf({ cpu, memory }: Capacity): Limits {
  return {
    cpu: String(Number((cpu / 3).toFixed(6))),
    memory: `${Math.max(512, Math.floor(memory / 1e6 / 16))}Mi`,
  };
}

/** Resources of one container of a workload; nothing where the cluster does without resource management. */
export function resourcesOf(
  s: Scope,
  workload: string,
  container: { readonly name: string; readonly spec: ResourceSpec },
): JsonObject {
  if (s.cluster.platform.disableResourceManagement === true) return {};
  const { capacity, liveLimits } = s.facts;
  const computed = capacity === undefined ? liveLimits(workload, container.name) : limitsOf(capacity);
  const requests = { ...(computed && smallRequests), ...named(container.spec.requests) };
  const limits = { ...computed, ...named(container.spec.limits) };
  return {
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(Object.keys(requests).length > 0 && { requests }),
  };
}

function named(quantities: Quantities = {}): JsonObject {
  const { cpu, memory } = quantities;
  return { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
}
