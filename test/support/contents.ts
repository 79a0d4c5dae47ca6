import type { ControlPlaneAccess } from "./control-plane.ts";

/** Everything that lies in a namespace, of every kind that there is but events, as `secret/prod-cluster-config`. */
export async function contentsOf(plane: ControlPlaneAccess, namespace: string): Promise<readonly string[]> {
  const listable = await plane.kubectl(["api-resources", "--namespaced", "--verbs=list", "--output=name"]);
  const kinds = listable.split("\n").filter((kind) => kind !== "" && !kind.startsWith("events"));
  const names = await plane.kubectl(["get", kinds.join(), "--namespace", namespace, "--output=name"]);
  return names.split("\n").filter((name) => name !== "");
}
