import type { Capacity, Limits } from "../api/facts.ts";
import type { JsonObject } from "../api/field.ts";
import { parseQuantity } from "../api/quantity.ts";
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

/**
 * Resources of one container of a workload; nothing where the cluster does without resource management. What is worked
 * out gives way to what the spec names: a limit is never below the request, a request never above the limit.
 */
export function resourcesOf(
  s: Scope,
  workload: string,
  container: { readonly name: string; readonly spec: ResourceSpec },
): JsonObject {
  if (s.cluster.platform.disableResourceManagement === true) return {};
  const { capacity, liveLimits } = s.facts;
  const computed = capacity === undefined ? liveLimits(workload, container.name) : limitsOf(capacity);
  const { requests: asked = {}, limits: limited = {} } = container.spec;
  const pairs = (["cpu", "memory"] as const).map((name) => {
    const limit = limited[name] ?? larger(computed?.[name], asked[name]);
    const request = asked[name] ?? (computed && smaller(smallRequests[name], limit));
    return { name, limit, request };
  });
  const limits = given(pairs.map(({ name, limit }) => [name, limit]));
  const requests = given(pairs.map(({ name, request }) => [name, request]));
  return { ...(limits && { limits }), ...(requests && { requests }) };
}

type Amount = string | number;

function amountOf(quantity: Amount): number {
  return parseQuantity(quantity) ?? 0;
}

/** The computed limit, or the request where that is more; none where there is no computed one. */
function larger(computed: Amount | undefined, asked: Amount | undefined): Amount | undefined {
  if (computed === undefined || asked === undefined) return computed;
  return amountOf(asked) > amountOf(computed) ? asked : computed;
}

function smaller(request: Amount, limit: Amount | undefined): Amount {
  return limit !== undefined && amountOf(limit) < amountOf(request) ? limit : request;
}

function given(entries: readonly (readonly [string, Amount | undefined])[]): JsonObject | undefined {
  const known = entries.filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : (Object.fromEntries(known) as JsonObject);
}
