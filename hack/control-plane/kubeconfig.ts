import type { Credential } from "./certificates.ts";

/** What a client needs to reach one API server as one user. */
export interface Access extends Credential {
  /** URL of the API server. */
  readonly server: string;
  /** Certificate authority of the API server, in PEM. */
  readonly ca: string;
}

/** A kubeconfig file (JSON, which is YAML) with one context, complete in itself. */
export function kubeconfig({ server, ca, cert, key }: Access): string {
  const name = "local-control-plane";
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster: { server, "certificate-authority-data": base64(ca) } }],
    users: [{ name, user: { "client-certificate-data": base64(cert), "client-key-data": base64(key) } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
