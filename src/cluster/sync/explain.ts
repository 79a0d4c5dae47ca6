import type { KubeObject } from "../../kube/object.ts";
import { services } from "../../kube/kinds.ts";
import { labelKeys } from "../api/names.ts";
import type { Waiting } from "./apply.ts";
import type { Store } from "./store.ts";

/** The reason and the sentence that a person reads about a failed write. */
export async function explain(error: unknown, wanted: KubeObject, store: Store): Promise<Waiting> {
  const message = error instanceof Error ? error.message : String(error);
  if (wanted.kind === "Service" && message.includes("already allocated"))
    return await takenPorts(wanted, store, message);
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
  const ports = nodePorts(wanted);
  const reason = "NodePortTaken";
  const taken = (await otherServices(wanted, store)).flatMap((other) =>
    nodePorts(other)
      .filter((port) => ports.includes(port))
      .map((port) => takenBy(port, other)),
  );
  if (taken.length === 0) return { reason, message };
  return { reason, message: `${taken.join(", ")}: choose another nodePort in the spec, or set internalOnly` };
}

/** Without the right to look there is none, and the port is named without its holder. */
async function otherServices(wanted: KubeObject, store: Store): Promise<readonly KubeObject[]> {
  try {
    return (await store.list(services)).filter((other) => !isSame(other, wanted));
  } catch {
    return [];
  }
}

function takenBy(port: number, other: KubeObject): string {
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
