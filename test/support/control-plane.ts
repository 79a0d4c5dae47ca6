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
  }
}

/**
 * The control plane that all test files of a run share: one node, `node-1`. It was started once, before the first file. A test works in
 * namespaces of its own and leaves the components and the node alone; one that has to break something starts its own control plane.
 */
export function sharedControlPlane(): ControlPlaneAccess {
  return accessTo(inject("controlPlane"));
}

/**
 * Makes a namespace with a name of its own that starts with the prefix, and resolves with the name when everything is in it
 * that Kubernetes puts into every namespace.
 */
export async function createNamespace(controlPlane: ControlPlaneAccess, prefix = "test"): Promise<string> {
  const name = `${prefix}-${crypto.randomUUID().slice(0, 8)}`;
  await controlPlane.kubectl(["create", "namespace", name]);
  // Pods are refused until the namespace has its default service account.
  const first = ["serviceaccount/default", "configmap/kube-root-ca.crt"];
  await eventually(() => controlPlane.kubectl(["get", ...first, "--namespace", name]));
  return name;
}
