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
    return await takenPort(wanted, store, message);
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

async function takenPort(wanted: KubeObject, store: Store, message: string): Promise<Waiting> {
  const ports = nodePorts(wanted);
  const reason = "NodePortTaken";
  try {
    for (const other of await store.list(services)) {
      const taken = nodePorts(other).find((port) => ports.includes(port));
      if (taken !== undefined && !isSame(other, wanted)) return { reason, message: takenBy(taken, other) };
    }
  } catch (error) {
    const denial = denialOf(error);
    if (denial !== undefined) return { reason, message: takenBySomebody(message, denial) };
  }
  return { reason, message };
}

function takenBySomebody(said: string, denial: Denial): string {
  const port = /: (\d+): provided port/.exec(said)?.[1];
  const which = port === undefined ? "a node port" : `node port ${port}`;
  return `${which} is taken: choose another nodePort in the spec, or set internalOnly; which Service has it is not known, because ${missingRight(denial)}`;
}

function takenBy(port: number, other: KubeObject): string {
  const component = other.metadata.labels?.[labelKeys.component];
  const of = component === undefined ? "" : ` of component ${component}`;
  return `node port ${port} is taken by Service ${other.metadata.namespace}/${other.metadata.name}${of}: choose another nodePort in the spec, or set internalOnly`;
}

function nodePorts(object: KubeObject): readonly number[] {
  const { ports = [] } = (object["spec"] ?? {}) as PortsOf;
  return ports.flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort]));
}

function isSame(a: KubeObject, b: KubeObject): boolean {
  return a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;
}
