import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { load } from "js-yaml";

/** A thing that a kubeconfig gives as text or as the path of a file. */
export type TextOrFile = { readonly text: string } | { readonly file: string };

/** How to reach a server, and how to know that it is the right one. */
export interface ClusterSettings {
  /** URL of the API server, with a path where it lies behind one. */
  readonly server: string;
  readonly ca?: TextOrFile | undefined;
  /** Name to expect in the server's certificate, where it differs from the host of the URL. */
  readonly serverName?: string | undefined;
  /** Accept any certificate. */
  readonly insecure?: boolean;
  readonly proxyUrl?: string | undefined;
}

/** Who asks. */
export interface UserSettings {
  readonly name?: string;
  readonly cert?: TextOrFile | undefined;
  readonly key?: TextOrFile | undefined;
  readonly token?: TextOrFile | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** The `exec` section as written: a program that prints credentials. */
  readonly exec?: Readonly<Record<string, unknown>> | undefined;
  /** The `auth-provider` section as written. */
  readonly authProvider?: Readonly<Record<string, unknown>> | undefined;
  /** Headers `Impersonate-…`. */
  readonly impersonate?: Readonly<Record<string, string | string[]>> | undefined;
}

/** Everything that a connection is made from. */
export interface ConnectionSettings {
  readonly cluster: ClusterSettings;
  readonly user: UserSettings;
  /** Namespace to use where a person names none. */
  readonly namespace: string;
  /** Name of the kubeconfig's context; undefined inside a cluster. */
  readonly context?: string;
}

type Section = Readonly<Record<string, unknown>>;

/** One named entry of a kubeconfig, with the folder that its relative paths start from. */
interface Entry {
  readonly body: Section;
  readonly folder: string;
}

interface Merged {
  readonly clusters: Map<string, Entry>;
  readonly users: Map<string, Entry>;
  readonly contexts: Map<string, Entry>;
  current: string | undefined;
}

/**
 * Reads kubeconfig files as kubectl does: the first file that has an entry of a name wins, relative paths start from the folder of the
 * file. Throws with the path, or the name of the entry, that is missing or malformed.
 */
export function readKubeconfig(paths: readonly string[], context?: string): ConnectionSettings {
  const merged: Merged = { clusters: new Map(), users: new Map(), contexts: new Map(), current: undefined };
  for (const path of paths) mergeFile(merged, path);
  const where = paths.join(", ");
  const name = context ?? merged.current;
  if (name === undefined || name === "") throw new Error(`kubeconfig ${where}: no current context`);
  const chosen = entryOf(merged.contexts, name, `kubeconfig ${where}: no context "${name}"`).body;
  const clusterName = text(chosen, "cluster") ?? "";
  const userName = text(chosen, "user") ?? "";
  const cluster = entryOf(merged.clusters, clusterName, `kubeconfig ${where}: no cluster "${clusterName}"`);
  const user =
    userName === "" ? undefined : entryOf(merged.users, userName, `kubeconfig ${where}: no user "${userName}"`);
  return {
    cluster: clusterOf(cluster, `kubeconfig ${where}: cluster "${clusterName}"`),
    user: user === undefined ? {} : userOf(user, userName),
    namespace: text(chosen, "namespace") ?? "default",
    context: name,
  };
}

function mergeFile(merged: Merged, path: string): void {
  const file = resolve(path);
  let config: unknown;
  try {
    config = load(readFileSync(file, "utf8"));
  } catch (error) {
    // The error of the parser carries an excerpt of the file, which may hold a token: it is no cause to hand on.
    // oxlint-disable-next-line eslint/preserve-caught-error
    throw new Error(`read kubeconfig ${file}: ${reasonOf(error)}`);
  }
  if (!isSection(config)) throw new Error(`read kubeconfig ${file}: it is not a mapping`);
  const folder = dirname(file);
  addEntries(merged.clusters, config["clusters"], { key: "cluster", folder });
  addEntries(merged.users, config["users"], { key: "user", folder });
  addEntries(merged.contexts, config["contexts"], { key: "context", folder });
  merged.current ??= text(config, "current-context");
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && "code" in error)
    return error.code === "ENOENT"
      ? "there is no such file; name another one with --kubeconfig or KUBECONFIG"
      : String(error.code);
  return error instanceof Error && "reason" in error ? String(error.reason) : "it cannot be read";
}

function addEntries(
  into: Map<string, Entry>,
  list: unknown,
  form: { readonly key: string; readonly folder: string },
): void {
  if (!Array.isArray(list)) return;
  for (const item of list as readonly unknown[]) {
    if (!isSection(item)) continue;
    const name = text(item, "name");
    const body = item[form.key] ?? {};
    if (name !== undefined && isSection(body) && !into.has(name)) into.set(name, { body, folder: form.folder });
  }
}

function entryOf(entries: ReadonlyMap<string, Entry>, name: string, missing: string): Entry {
  const entry = entries.get(name);
  if (entry === undefined) throw new Error(missing);
  return entry;
}

function clusterOf(entry: Entry, what: string): ClusterSettings {
  const server = text(entry.body, "server");
  if (server === undefined) throw new Error(`${what} names no server`);
  return {
    server,
    ca: textOrFile(entry, "certificate-authority"),
    serverName: text(entry.body, "tls-server-name"),
    insecure: entry.body["insecure-skip-tls-verify"] === true,
    proxyUrl: text(entry.body, "proxy-url"),
  };
}

function userOf(entry: Entry, name: string): UserSettings {
  const { body, folder } = entry;
  const tokenFile = text(body, "tokenFile");
  const token = text(body, "token");
  const plainToken = token === undefined ? undefined : { text: token };
  return {
    name,
    cert: textOrFile(entry, "client-certificate"),
    key: textOrFile(entry, "client-key"),
    token: tokenFile === undefined ? plainToken : { file: resolve(folder, tokenFile) },
    username: text(body, "username"),
    password: text(body, "password"),
    exec: section(body, "exec"),
    authProvider: section(body, "auth-provider"),
    impersonate: impersonateOf(body),
  };
}

function impersonateOf(body: Section): UserSettings["impersonate"] {
  const user = text(body, "as");
  if (user === undefined) return undefined;
  const uid = text(body, "as-uid");
  const groups = body["as-groups"];
  const extra = section(body, "as-user-extra") ?? {};
  return {
    "Impersonate-User": user,
    ...(uid === undefined ? {} : { "Impersonate-Uid": uid }),
    ...(Array.isArray(groups) ? { "Impersonate-Group": groups.map(String) } : {}),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [
        `Impersonate-Extra-${encodeURIComponent(key)}`,
        Array.isArray(values) ? values.map(String) : [],
      ]),
    ),
  };
}

/** `name-data` in base64 wins over the path `name`, as with kubectl. */
function textOrFile(entry: Entry, name: string): TextOrFile | undefined {
  const data = text(entry.body, `${name}-data`);
  if (data !== undefined) return { text: Buffer.from(data, "base64").toString("utf8") };
  const file = text(entry.body, name);
  return file === undefined ? undefined : { file: resolve(entry.folder, file) };
}

function text(from: Section, name: string): string | undefined {
  const value = from[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function section(from: Section, name: string): Section | undefined {
  const value = from[name];
  return isSection(value) ? value : undefined;
}

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
