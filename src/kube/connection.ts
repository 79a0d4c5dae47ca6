import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { Dispatcher } from "undici";
import { credentialsOf, textSource } from "./credentials.ts";
import type { Credential, Credentials } from "./credentials.ts";
import { inClusterSettings } from "./in-cluster.ts";
import type { Environment } from "./in-cluster.ts";
import { readKubeconfig } from "./kubeconfig.ts";
import type { ClusterSettings, ConnectionSettings, UserSettings } from "./kubeconfig.ts";
import { openLane } from "./lanes.ts";
import type { Lane, TlsMaterial } from "./lanes.ts";
import { proxyFor } from "./proxy.ts";

/** Which API server to talk to, and as whom. */
export interface ConnectionOptions {
  /** Path of a kubeconfig; default: `KUBECONFIG`, then the pod's service account, then `~/.kube/config`. */
  readonly kubeconfig?: string;
  /** Context to use instead of the current one. */
  readonly context?: string;
  readonly userAgent?: string;
  /** Default `process.env`. */
  readonly env?: Environment;
}

/** One way to the server that is good now: connections, and the headers that say who asks. */
export interface Route {
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string | string[]>>;
}

/** A pooled, authenticated way to one API server. Certificates, keys and tokens that lie in files are followed when they are rotated. */
export interface Connection {
  /** Scheme, host and port of the server. */
  readonly origin: string;
  /** Path that stands before every path of the API, mostly empty. */
  readonly prefix: string;
  /** Namespace of the context, or of the pod. */
  readonly namespace: string;
  /** Context of the kubeconfig; undefined inside a cluster. */
  readonly context?: string;
  open(lane: Lane): Promise<Route>;
  /** Fetches credentials anew after a 401; tells whether they now differ from those of the route that was refused. */
  refresh(refused: Route): Promise<boolean>;
  /** Leaves connections over which an answer did not come: new requests take new ones. */
  suspect(lane: Lane, route: Route): void;
  /** Breaks everything that is open. */
  close(): Promise<void>;
}

/** Finds the settings as kubectl and pods do, and makes a connection of them. Nothing is sent yet. Throws when there are no settings, or wrong ones. */
export async function loadConnection(options: ConnectionOptions = {}): Promise<Connection> {
  const env = options.env ?? process.env;
  const settings = findSettings(options, env);
  return await connect(settings, { env, ...(options.userAgent === undefined ? {} : { userAgent: options.userAgent }) });
}

function findSettings({ kubeconfig, context }: ConnectionOptions, env: Environment): ConnectionSettings {
  if (kubeconfig !== undefined) return readKubeconfig([kubeconfig], context);
  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  if (listed.length > 0) return readKubeconfig(listed, context);
  const inCluster = context === undefined ? inClusterSettings(env) : undefined;
  return inCluster ?? readKubeconfig([join(env["HOME"] ?? homedir(), ".kube", "config")], context);
}

/** Makes a connection of settings that are known already. Throws when a file that they name cannot be read. */
export async function connect(
  settings: ConnectionSettings,
  {
    userAgent = `kube-client (node ${process.version})`,
    env = {},
  }: { readonly userAgent?: string; readonly env?: Environment } = {},
): Promise<Connection> {
  const server = new URL(settings.cluster.server);
  const credentials = credentialsOf(settings.user, settings.cluster);
  const material = materialOf(settings.cluster, settings.user);
  const lanes = createLanes(settings.cluster.proxyUrl ?? proxyFor(server, env));
  lanes.follow(await material({}));
  const headers = { "user-agent": userAgent, accept: "application/json", ...settings.user.impersonate };
  return {
    origin: server.origin,
    prefix: server.pathname.replace(/\/+$/, ""),
    namespace: settings.namespace,
    ...(settings.context === undefined ? {} : { context: settings.context }),
    async open(lane) {
      const credential = await credentials.current();
      lanes.follow(await material(credential));
      return { dispatcher: lanes.get(lane), headers: withCredential(headers, credential) };
    },
    refresh: (refused) => refreshCredentials(credentials, refused),
    suspect: (lane, route) => lanes.renew(lane, route.dispatcher),
    close: () => lanes.close(),
  };
}

function withCredential(headers: Route["headers"], { authorization }: Credential): Route["headers"] {
  return authorization === undefined ? headers : { ...headers, authorization };
}

async function refreshCredentials(credentials: Credentials, refused: Route): Promise<boolean> {
  credentials.forget();
  const { authorization } = await credentials.current();
  return authorization !== refused.headers["authorization"];
}

/** Reads what TLS needs; a plugin's certificate goes before that of the settings. */
function materialOf(cluster: ClusterSettings, user: UserSettings): (plugin: Credential) => Promise<TlsMaterial> {
  const ca = cluster.ca && textSource(cluster.ca);
  const ownCert = user.cert && textSource(user.cert);
  const ownKey = user.key && textSource(user.key);
  return async (plugin) => {
    const [caText, certText, keyText] = await Promise.all([ca?.read(), ownCert?.read(), ownKey?.read()]);
    return {
      ca: caText,
      cert: plugin.cert ?? certText,
      key: plugin.key ?? keyText,
      serverName: cluster.serverName,
      insecure: cluster.insecure,
    };
  };
}

interface Lanes {
  get(lane: Lane): Dispatcher;
  /** Takes up new certificates: requests that are under way end on the old connections. */
  follow(material: TlsMaterial): void;
  /** Replaces the pool of a lane, unless that was done already. */
  renew(lane: Lane, suspected: Dispatcher): void;
  close(): Promise<void>;
}

function createLanes(proxyUrl: string | undefined): Lanes {
  const open = new Set<Dispatcher>();
  const current = new Map<Lane, Dispatcher>();
  let material: TlsMaterial | undefined;
  const retire = (lane: Lane): void => {
    const old = current.get(lane);
    current.delete(lane);
    if (old === undefined) return;
    const forget = (): boolean => open.delete(old);
    old.close().then(forget, forget);
  };
  return {
    get(lane) {
      const dispatcher = current.get(lane) ?? openLane(lane, material ?? {}, proxyUrl);
      current.set(lane, dispatcher);
      open.add(dispatcher);
      return dispatcher;
    },
    follow(next) {
      if (material !== undefined && isSameMaterial(material, next)) return;
      material = next;
      retire("calls");
      retire("watches");
    },
    renew(lane, suspected) {
      if (current.get(lane) === suspected) retire(lane);
    },
    async close() {
      await Promise.all([...open].map((dispatcher) => dispatcher.destroy()));
      open.clear();
      current.clear();
    },
  };
}

function isSameMaterial(a: TlsMaterial, b: TlsMaterial): boolean {
  return a.ca === b.ca && a.cert === b.cert && a.key === b.key;
}
