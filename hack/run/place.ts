import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Client, createClient } from "../../src/kube/client.ts";
import { loadConnection } from "../../src/kube/connection.ts";
import { startControlPlane } from "../control-plane/start.ts";
import { missingOn } from "./checks.ts";

/** A Kubernetes cluster to show the example on. */
export interface Place {
  readonly client: Client;
  /** Path of the kubeconfig that leads to it; undefined for the one that kubectl would take. */
  readonly kubeconfig?: string;
  /** How kubectl is called. */
  readonly kubectl: string;
  /** Leaves the cluster, or takes it down where it was started for this. */
  close(): Promise<void>;
}

const userAgent = "onecloud-operator-example";

/** A control plane on this machine that lasts as long as this process. */
export async function localPlace(): Promise<Place> {
  const plane = await startControlPlane();
  const { kubeconfig } = plane;
  const connection = await loadConnection({ kubeconfig, userAgent });
  return {
    client: createClient(connection),
    kubeconfig,
    kubectl: (await isOnPath("kubectl")) ? "kubectl" : plane.kubectlPath,
    close: async () => {
      await connection.close();
      await plane.stop();
    },
  };
}

/** The cluster of the current kubeconfig. Rejects with what it lacks, and the remedies. */
export async function currentPlace(): Promise<Place> {
  const connection = await loadConnection({ userAgent });
  const client = createClient(connection);
  try {
    const missing = await missingOn(client);
    if (missing.length > 0)
      throw new Error(`the cluster ${connection.origin} is not ready for it:\n  ${missing.join("\n  ")}`);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return { client, kubectl: "kubectl", close: () => connection.close() };
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const tries = folders.map((folder) => access(join(folder, program), constants.X_OK));
  return await Promise.any(tries).then(
    () => true,
    () => false,
  );
}
