import type { Denial } from "../../kube/api-error.ts";
import { denialOf } from "../../kube/api-error.ts";
import type { KubeObject } from "../../kube/object.ts";
import { services } from "../../kube/kinds.ts";
import { labelKeys } from "../api/names.ts";
import type { Waiting } from "./apply.ts";
import { missingRight } from "./missing-right.ts";
import type { Store } from "./store.ts";

/** The reason and the sentence that a person reads about a failed write. */
export async function explain(error: unknown, wanted: KubeObject, store: Store): Promise<Waiting> {
  const message = error instanceof Error ? error.message : String(error);
  if (wanted.kind === "Service" && message.includes("already allocated"))
    return await takenPorts(wanted, store, message);
  const denial = denialOf(error);
  if (denial !== undefined) return { reason: "Forbidden", message: missingRight(denial) };
  const status = (error as { readonly status?: number }).status;
  return { reason: reasons[status ?? 0] ?? "ApplyFailed", message };
}

const reasons: Readonly<Record<number, string>> = {
  403: "Forbidden",
  422: "InvalidObject",
};

interface PortsOf {
  readonly ports?: readonly { readonly nodePort?: number }[];
}

async function takenPorts(wanted: KubeObject, store: Store, message: string): Promise<Waiting> {
  const reason = "NodePortTaken";
  try {
    const others = (await store.list(services)).filter((other) => !isSame(other, wanted));
    const taken = others.flatMap((other) => nodePorts(other).map((port) => ({ port, other })));
    const ours = taken.filter(({ port }) => nodePorts(wanted).includes(port)).map(takenBy);
    return { reason, message: ours.length === 0 ? message : `${ours.join(", ")}: ${choose}` };
  } catch (error) {
    const denial = denialOf(error);
    return { reason, message: denial === undefined ? message : takenBySomebody(message, denial) };
  }
}

const choose = "choose another nodePort in the spec, or set internalOnly";

function takenBySomebody(said: string, denial: Denial): string {
  const port = /: (\d+): provided port/.exec(said)?.[1];
  const which = port === undefined ? "a node port" : `node port ${port}`;
  return `${which} is taken: ${choose}; which Service has it is not known, because ${missingRight(denial)}`;
}

function takenBy({ port, other }: { readonly port: number; readonly other: KubeObject }): string {
  const component = other.metadata.labels?.[labelKeys.component];
  const of = component === undefined ? "" : ` of component ${component}`;
  return `node port ${port} is taken by Service ${other.metadata.namespace}/${other.metadata.name}${of}`;
}

function nodePorts(object: KubeObject): readonly number[] {
  const { ports = [] } = (object["spec"] ?? {}) as PortsOf;
  return ports.flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort]));
}

function isSame(a: KubeObject, b: KubeObject): boolean {
  return a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;
}
