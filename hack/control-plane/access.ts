import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { type Api, connect } from "./api.ts";
import { type AuditEvent, readRequests, type RequestFilter, wasJustWritten } from "./audit.ts";
import { filesIn } from "./files.ts";
import { setHeartbeats } from "./node.ts";

/** Where a control plane is: plain data, which one process can hand to another. */
export interface ControlPlaneAddress {
  /** State directory; it goes away with the control plane. */
  readonly directory: string;
  /** URL of the API server, `https://127.0.0.1:<port>`. */
  readonly server: string;
  /** Path of a kubeconfig with all rights. */
  readonly kubeconfig: string;
  /** Paths of PEM files: the API server's authority, and a client certificate with all rights. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly kubectlPath: string;
}

/** What can be done with a running control plane, also from a process that did not start it. */
export interface ControlPlaneAccess extends ControlPlaneAddress {
  /** Runs kubectl with all rights and returns its output; rejects with its error output. `input` is given on stdin. */
  kubectl(this: void, args: readonly string[], input?: string): Promise<string>;
  /** The requests that the API server has answered, in the order of their receipt; a watch counts as soon as it has begun. */
  requests(this: void, filter: RequestFilter): Promise<readonly AuditEvent[]>;
  /** Makes the node miss its heartbeats, as if its machine had gone: nobody renews its lease and status or plays its pods. */
  stopHeartbeats(this: void, node: string): Promise<void>;
  /** Makes the node Ready again, at once. */
  resumeHeartbeats(this: void, node: string): Promise<void>;
  /** A token of the service account, good for a day. */
  serviceAccountToken(this: void, namespace: string, name: string): Promise<string>;
}

/** The user agent of requests that the control plane makes for itself. */
export const ownUserAgent = "local-control-plane";

/** Names the files of a control plane that `startControlPlane` or another process runs in the directory. */
export function addressOf(directory: string, server: string, kubectlPath: string): ControlPlaneAddress {
  const files = filesIn(directory);
  const [cert, key] = [files.cert("admin"), files.key("admin")];
  return { directory, server, kubeconfig: files.kubeconfig("admin"), ca: files.ca, cert, key, kubectlPath };
}

/** Opens a client with all rights; its requests carry the user agent. */
export async function connectTo(address: ControlPlaneAddress, userAgent: string = ownUserAgent): Promise<Api> {
  const [ca, cert, key] = await Promise.all(
    [address.ca, address.cert, address.key].map((path) => readFile(path, "utf8")),
  );
  if (ca === undefined || cert === undefined || key === undefined) throw new Error("a credential is missing");
  return connect({ server: address.server, ca, cert, key }, userAgent);
}

/** Does the work with a client of its own, with all rights. */
export async function withApi<T>(address: ControlPlaneAddress, work: (api: Api) => Promise<T>): Promise<T> {
  const api = await connectTo(address);
  try {
    return await work(api);
  } finally {
    await api.close();
  }
}

/** Gives access to a control plane that runs at the address. */
export function accessTo(address: ControlPlaneAddress): ControlPlaneAccess {
  return {
    ...address,
    kubectl: (args, input = "") => kubectl(address, args, input),
    requests: async (filter) => {
      await flushAudit(address);
      return readRequests(filesIn(address.directory).auditDirectory, filter);
    },
    stopHeartbeats: (node) => withApi(address, (api) => setHeartbeats(api, node, false)),
    /** Makes the node Ready again, at once. */
    resumeHeartbeats: (node) => withApi(address, (api) => setHeartbeats(api, node, true)),
    serviceAccountToken: (namespace, name) => withApi(address, (api) => requestToken(api, namespace, name)),
  };
}

function kubectl(address: ControlPlaneAddress, args: readonly string[], input: string): Promise<string> {
  // kubectl keeps what it learns about a server below HOME, under the server's address: the next control plane may get the same one.
  const env = { PATH: process.env["PATH"], HOME: address.directory, KUBECONFIG: address.kubeconfig };
  return new Promise((resolve, reject) => {
    const child = execFile(address.kubectlPath, args, { env, maxBuffer: 256 << 20 }, (error, stdout, stderr) => {
      // The whole command line stays out of the message: it may hold a secret.
      if (error === null) resolve(stdout);
      else reject(new Error(`kubectl ${args[0] ?? ""}: ${stderr.trim() || `exit code ${String(error.code)}`}`));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

const tokenSeconds = 86_400;

async function requestToken(api: Api, namespace: string, name: string): Promise<string> {
  const body = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { expirationSeconds: tokenSeconds },
  };
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const answer = await api.call<{ readonly status: { readonly token: string } }>("POST", path, { body });
  return answer.status.token;
}

function isAnswered(answer: Promise<unknown>): Promise<boolean> {
  return answer.then(
    () => true,
    () => false,
  );
}

/**
 * The server writes a request to the log just after it has answered. Once a later request of ours is in the log, those that were
 * answered before are too. When the server is down there is nothing to wait for.
 */
async function flushAudit(address: ControlPlaneAddress): Promise<void> {
  const userAgent = `${ownUserAgent}/${randomUUID()}`;
  const api = await connectTo(address, userAgent);
  const answered = await isAnswered(api.call("GET", "/version"));
  await api.close();
  if (!answered) return;
  const directory = filesIn(address.directory).auditDirectory;
  for (const end = Date.now() + 10_000; Date.now() < end; await delay(20))
    if (await wasJustWritten(directory, userAgent)) return;
}
