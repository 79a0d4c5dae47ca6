import type { Denial } from "../../kube/api-error.ts";

/** The sentence about a missing right that a person reads: what may not be done, where, and the file that grants it. */
export function missingRight(denial: Denial): string {
  const { verb, resource, group, namespace } = denial;
  const what = group === "" ? resource : `${resource}.${group}`;
  const where = namespace === undefined ? "in the Kubernetes cluster as a whole" : `in namespace ${namespace}`;
  return `the operator may not ${verb} ${what} ${where}: ${remedyFor(denial)}`;
}

/** Resources whose rights stand in a file of their own, wherever they are asked for. */
const files: Readonly<Record<string, string>> = {
  nodes: "deploy/rbac/cluster-reads.yaml",
  storageclasses: "deploy/rbac/cluster-reads.yaml",
  customresourcedefinitions: "deploy/rbac/definition.yaml",
  leases: "deploy/rbac/operator.yaml",
};

function remedyFor({ resource, namespace }: Denial): string {
  const own = files[resource] ?? (resource === "services" && namespace === undefined ? files["nodes"] : undefined);
  if (own !== undefined) return `apply ${own}`;
  return namespace === undefined
    ? "apply deploy/rbac/cluster-wide.yaml, or name the namespaces with --watch-namespaces"
    : `apply deploy/rbac/namespaced.yaml to the namespace, or deploy/rbac/cluster-wide.yaml`;
}
