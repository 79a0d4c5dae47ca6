import type { TestProject } from "vitest/node";
import { startControlPlane } from "../../hack/control-plane/start.ts";

/** Starts the control plane that the test files share, hands them its address, and takes it down after the last one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const controlPlane = await startControlPlane();
  const { directory, server, kubeconfig, ca, cert, key, kubectlPath } = controlPlane;
  project.provide("controlPlane", { directory, server, kubeconfig, ca, cert, key, kubectlPath });
  return () => controlPlane.stop();
}
