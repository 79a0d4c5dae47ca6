import { execFileSync } from "node:child_process";
import { startControlPlane } from "../control-plane/start.ts";
import type { Target } from "./target.ts";
import { hintsFor } from "./target.ts";

const waitMs = 300_000;

/** Starts a local control plane, which is built the first time. */
export async function localCluster(): Promise<Target> {
  console.log("starting a local control plane");
  const plane = await startControlPlane();
  const kubectl = isInstalled("kubectl") ? "kubectl" : plane.kubectlPath;
  return {
    kubeconfig: plane.kubeconfig,
    waitMs,
    hints: (cluster) =>
      `\nReady. In another terminal:\n\n  export KUBECONFIG=${plane.kubeconfig}\n${hintsFor(kubectl, cluster)}\n\nCtrl-C takes everything down.`,
    leave: async () => {
      console.log("taking the control plane down");
      await plane.stop();
    },
  };
}

function isInstalled(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
