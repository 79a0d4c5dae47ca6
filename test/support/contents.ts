import type { ControlPlaneAccess } from "./control-plane.ts";

/** What Kubernetes makes in its own time: events, and what says where the pods of each Service are. */
const isMadeLater = /^(?:events|endpoints|endpointslices)\b/;

/** What lies in a namespace, of every kind that somebody makes on purpose, as `secret/prod-cluster-config`. */
export async function contentsOf(plane: ControlPlaneAccess, namespace: string): Promise<readonly string[]> {
  const listable = await plane.kubectl(["api-resources", "--namespaced", "--verbs=list", "--output=name"]);
  const kinds = listable.split("\n").filter((kind) => kind !== "" && !isMadeLater.test(kind));
  const names = await plane.kubectl(["get", kinds.join(), "--namespace", namespace, "--output=name"]);
  return names.split("\n").filter((name) => name !== "");
}
