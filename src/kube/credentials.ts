import type { OutgoingHttpHeaders } from "node:http";
import type { RequestOptions } from "node:https";
import { fileText, fixedText } from "./file-source.ts";
import type { TextSource } from "./file-source.ts";
import type { ClusterSettings, TextOrFile, UserSettings } from "./kubeconfig.ts";

/** What proves who asks. Certificate and key are PEM texts and come from plugins only. */
export interface Credential {
  /** The value of the `Authorization` header. */
  readonly authorization?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** A source of credentials that may change while the program runs. */
export interface Credentials {
  current(): Promise<Credential>;
  /** Makes the next `current` fetch anew: the server has refused the last one. */
  forget(): void;
}

/** The source that a kubeconfig's user, or a pod's service account, asks for. Plugins are loaded only when they are used. */
export function credentialsOf(user: UserSettings, cluster: ClusterSettings): Credentials {
  if (user.token !== undefined) return tokenCredentials(textSource(user.token));
  if (user.username !== undefined) {
    const pair = Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64");
    return { current: () => Promise.resolve({ authorization: `Basic ${pair}` }), forget: () => undefined };
  }
  if (user.exec !== undefined) return pluginCredentials(() => execPlugin(user, cluster));
  if (user.authProvider !== undefined) return pluginCredentials(() => authProvider(user, cluster));
  return { current: () => Promise.resolve({}), forget: () => undefined };
}

/** The source of a text that is given as it is, or as a file that is read again from time to time. */
export function textSource(given: TextOrFile): TextSource {
  return "file" in given ? fileText(given.file) : fixedText(given.text);
}

function tokenCredentials(source: TextSource): Credentials {
  return {
    current: async () => ({ authorization: `Bearer ${(await source.read()).trim()}` }),
    forget: () => source.forget(),
  };
}

/** The options of a request, as far as plugins fill them. */
type Filled = RequestOptions & { readonly headers: OutgoingHttpHeaders };

/** A plugin fills the options of a request; it keeps its own cache until the credential expires. */
type Plugin = (options: Filled) => Promise<void>;

/** Calls that come together share one run of the plugin. */
function pluginCredentials(load: () => Promise<Plugin>): Credentials {
  let plugin: Promise<Plugin> | undefined;
  let running: Promise<Credential> | undefined;
  const fetch = async (): Promise<Credential> => {
    const options: Filled = { headers: {} };
    try {
      plugin ??= load();
      await (await plugin)(options);
    } catch (error) {
      plugin = undefined;
      if (error instanceof MissingPluginError) throw error;
      throw new Error("fetch credentials with the plugin of the kubeconfig", { cause: error });
    }
    return credentialOf(options);
  };
  return {
    current() {
      running ??= fetch().finally(() => {
        running = undefined;
      });
      return running;
    },
    forget: () => {
      plugin = undefined;
    },
  };
}

function credentialOf({ headers, cert, key }: Filled): Credential {
  return { authorization: textOf(headers["Authorization"]), cert: textOf(cert), key: textOf(key) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The exec plugin alone: the package's entry point would load all generated models, some 80 MiB. */
async function execPlugin(user: UserSettings, cluster: ClusterSettings): Promise<Plugin> {
  const { ExecAuth } = await import("@kubernetes/client-node/dist/exec_auth.js");
  const auth = new ExecAuth();
  const env = Array.isArray(user.exec?.["env"]) ? (user.exec["env"] as readonly unknown[]) : [];
  const exec = { ...user.exec, env: [...env, { name: "KUBERNETES_EXEC_INFO", value: await execInfo(user, cluster) }] };
  return (options) => auth.applyAuthentication({ name: user.name ?? "", exec }, options);
}

/** What client-go tells a plugin in its environment. */
async function execInfo(user: UserSettings, cluster: ClusterSettings): Promise<string> {
  const ca = cluster.ca === undefined ? undefined : await textSource(cluster.ca).read();
  const about = {
    server: cluster.server,
    "tls-server-name": cluster.serverName,
    "insecure-skip-tls-verify": cluster.insecure,
    "proxy-url": cluster.proxyUrl,
    "certificate-authority-data": ca === undefined ? undefined : Buffer.from(ca).toString("base64"),
  };
  return JSON.stringify({
    apiVersion: user.exec?.["apiVersion"],
    kind: "ExecCredential",
    spec: { interactive: false, cluster: user.exec?.["provideClusterInfo"] === true ? about : undefined },
  });
}

/** A plugin that is not part of this build; the message says what to use instead. */
class MissingPluginError extends Error {
  constructor(cause: unknown) {
    super("auth-provider is not part of this build: give the kubeconfig's user exec, a token or a certificate", {
      cause,
    });
    this.name = "MissingPluginError";
  }
}

/** `auth-provider` (oidc) needs the whole of the package, which the bundle goes without. */
async function authProvider(user: UserSettings, cluster: ClusterSettings): Promise<Plugin> {
  const { KubeConfig } = await import("@kubernetes/client-node").catch((error: unknown) => {
    throw new MissingPluginError(error);
  });
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "cluster", server: cluster.server, skipTLSVerify: true },
    { name: user.name ?? "user", authProvider: user.authProvider },
  );
  return (options) => config.applyToHTTPSOptions(options);
}
