import type { Credential } from "./certificates.ts";

interface Server {
  /** URL of the API server. */
  readonly server: string;
  /** Certificate authority of the API server, in PEM. */
  readonly ca: string;
}

/** What a client needs to reach one API server as one user. */
export interface Access extends Server, Credential {}

/** The same as a user who has a token. */
export interface TokenAccess extends Server {
  readonly token: string;
}

/** A kubeconfig file (JSON, which is YAML) with one context, complete in itself. */
export function kubeconfig(access: Access | TokenAccess): string {
  const name = "local-control-plane";
  const { server, ca } = access;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster: { server, "certificate-authority-data": base64(ca) } }],
    users: [{ name, user: userOf(access) }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}

function userOf(access: Access | TokenAccess): object {
  if ("token" in access) return { token: access.token };
  return { "client-certificate-data": base64(access.cert), "client-key-data": base64(access.key) };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
