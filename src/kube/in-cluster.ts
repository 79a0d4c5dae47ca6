import { existsSync, readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import type { ConnectionSettings } from "./kubeconfig.ts";

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the kubelet puts the service account of a pod. */
const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The settings that a pod's service account gives; undefined outside of a pod. The token file is read again while the program runs. */
export function inClusterSettings(
  env: Environment,
  folder: string = serviceAccountFolder,
): ConnectionSettings | undefined {
  const host = env["KUBERNETES_SERVICE_HOST"];
  const port = env["KUBERNETES_SERVICE_PORT"];
  const token = join(folder, "token");
  if (!host || !port || !existsSync(token)) return undefined;
  const namespaceFile = join(folder, "namespace");
  return {
    cluster: { server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`, ca: { file: join(folder, "ca.crt") } },
    user: { token: { file: token } },
    namespace: existsSync(namespaceFile) ? readFileSync(namespaceFile, "utf8").trim() : "default",
  };
}
