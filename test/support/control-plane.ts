import { inject } from "vitest";
import { accessTo } from "../../hack/control-plane/access.ts";
import type { ControlPlaneAccess, ControlPlaneAddress } from "../../hack/control-plane/start.ts";
import { eventually } from "./eventually.ts";

export {
  type AuditEvent,
  type ControlPlane,
  type ControlPlaneAccess,
  startControlPlane,
} from "../../hack/control-plane/start.ts";
export { eventually } from "./eventually.ts";

declare module "vitest" {
  interface ProvidedContext {
    controlPlane: ControlPlaneAddress;
    rights?: "roles";
  }
}

/** Whether the operators of this run may look after listed namespaces only, with Roles and nothing beside. */
export const hasRolesOnly = inject("rights") === "roles";

/**
 * The control plane that all test files of a run share: one node, `node-1`. It was started once, before the first file. A test works in
 * namespaces of its own and leaves the components and the node alone; one that has to break something starts its own control plane.
 */
export function sharedControlPlane(): ControlPlaneAccess {
  return accessTo(inject("controlPlane"));
}

/** Namespaces of a control plane: those that tests have, and those that an operator watches already for the tests to come. */
interface Namespaces {
  readonly taken: string[];
  /** None while no operator had to be told what to watch. */
  spare?: string[];
}

const namespaces = new Map<string, Namespaces>();

function namespacesOf({ directory }: ControlPlaneAccess): Namespaces {
  const known = namespaces.get(directory) ?? { taken: [] };
  namespaces.set(directory, known);
  return known;
}

/** Resolves with the name of a namespace of the test's own, which starts with the prefix unless an operator watches one for it already. */
export async function createNamespace(controlPlane: ControlPlaneAccess, prefix = "test"): Promise<string> {
  const { taken, spare } = namespacesOf(controlPlane);
  const [name] = spare?.splice(0, 1) ?? (await makeNamespaces(controlPlane, [prefix]));
  if (name === undefined)
    throw new Error(`no operator watches more than ${toCome} namespaces to come: raise that number`);
  taken.push(name);
  return name;
}

/** How many namespaces the tests of a file make, at the most, while an operator runs. */
const toCome = 20;

/** Namespaces for an operator that must be told which: those that the tests of this file have, and as many as they may still ask for. */
export async function namespacesToWatch(controlPlane: ControlPlaneAccess): Promise<readonly string[]> {
  const known = namespacesOf(controlPlane);
  const { taken, spare = [] } = known;
  const missing = Array.from({ length: toCome - spare.length }, () => "watched");
  known.spare = [...spare, ...(await makeNamespaces(controlPlane, missing))];
  const active = ["get", "namespaces", "--field-selector", "status.phase=Active", "--output", "name"];
  const there = new Set((await controlPlane.kubectl(active)).split("\n"));
  return [...taken, ...known.spare].filter((name) => there.has(`namespace/${name}`));
}

/** Makes a namespace for each prefix, and resolves with their names when everything is there that Kubernetes puts into each. */
async function makeNamespaces(
  { kubectl }: ControlPlaneAccess,
  prefixes: readonly string[],
): Promise<readonly string[]> {
  const names = prefixes.map((prefix) => `${prefix}-${crypto.randomUUID().slice(0, 8)}`);
  const items = names.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  await kubectl(["create", "--filename", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  // Pods are refused until the namespace has its default service account.
  const awaited = names.flatMap((name) => [`${name}/default`, `${name}/kube-root-ca.crt`]);
  const each = "jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name} {end}";
  await eventually(async () => {
    const there = await kubectl(["get", "serviceaccounts,configmaps", "--all-namespaces", "--output", each]);
    const missing = new Set(awaited).difference(new Set(there.split(" ")));
    if (missing.size > 0) throw new Error(`not there yet: ${[...missing].join(", ")}`);
  });
  return names;
}
