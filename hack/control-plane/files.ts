import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { auditPolicy } from "./audit.ts";
import { createAuthority, createTokenKeys, type Credential } from "./certificates.ts";
import { kubeconfig } from "./kubeconfig.ts";

/** The users of the API server that have a client certificate, by the base name of its files, with user name and group. */
const users = {
  admin: ["local-admin", "system:masters"],
  kwok: ["kwok", "system:masters"],
  "kube-controller-manager": ["system:kube-controller-manager", undefined],
  "kube-scheduler": ["system:kube-scheduler", undefined],
} as const;

type User = keyof typeof users;
const userNames = ["admin", "kwok", "kube-controller-manager", "kube-scheduler"] as const satisfies readonly User[];
type CredentialName = User | "serving" | "etcd-serving" | "etcd-client" | "tokens";

/** Where everything lies in the state directory of a control plane; all paths are absolute. */
export interface Files {
  readonly ca: string;
  /** Certificate authority of etcd: a client of the API server must not reach the store behind its back. */
  readonly etcdCa: string;
  readonly auditPolicy: string;
  readonly auditDirectory: string;
  readonly data: string;
  cert(name: CredentialName): string;
  key(name: CredentialName): string;
  kubeconfig(user: User): string;
}

/** Names the files of the control plane in the directory; nothing is read or written. */
export function filesIn(directory: string): Files {
  return {
    ca: join(directory, "credentials", "ca.crt"),
    etcdCa: join(directory, "credentials", "etcd-ca.crt"),
    auditPolicy: join(directory, "audit-policy.json"),
    auditDirectory: join(directory, "audit"),
    data: join(directory, "etcd"),
    cert: (name) => join(directory, "credentials", `${name}.crt`),
    key: (name) => join(directory, "credentials", `${name}.key`),
    kubeconfig: (user) => join(directory, "credentials", `${user}.kubeconfig`),
  };
}

/** Writes certificates, keys, kubeconfigs and the audit policy. Every file is readable by its owner alone. */
export async function writeFiles(files: Files, server: string): Promise<void> {
  const directory = join(files.ca, "..");
  await mkdir(directory, { mode: 0o700 });
  await mkdir(files.auditDirectory, { mode: 0o700 });
  const [authority, etcdAuthority] = [await createAuthority(), await createAuthority()];
  const write = async (name: CredentialName, credential: Credential): Promise<void> => {
    await writePrivate(files.cert(name), credential.cert);
    await writePrivate(files.key(name), credential.key);
  };
  await writePrivate(files.ca, authority.cert);
  await writePrivate(files.etcdCa, etcdAuthority.cert);
  await writePrivate(files.auditPolicy, auditPolicy);
  await write("serving", await authority.issueServing());
  await write("etcd-serving", await etcdAuthority.issueServing());
  await write("etcd-client", await etcdAuthority.issueClient("kube-apiserver", undefined));
  await write("tokens", createTokenKeys());
  for (const user of userNames) {
    const [commonName, organization] = users[user];
    const credential = await authority.issueClient(commonName, organization);
    await write(user, credential);
    await writePrivate(files.kubeconfig(user), kubeconfig({ server, ca: authority.cert, ...credential }));
  }
}

function writePrivate(path: string, content: string): Promise<void> {
  return writeFile(path, content, { mode: 0o600 });
}
