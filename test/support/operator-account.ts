import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kubeconfig } from "../../hack/control-plane/kubeconfig.ts";
import type { ControlPlaneAccess } from "./control-plane.ts";

const accountName = "onecloud-operator-manager";

/** Name of an account in the namespace of the operator, as the audit log has it; by default that of the operator. */
export function userOf(account = accountName): string {
  return `system:serviceaccount:onecloud:${account}`;
}

/** Manifests of the operator's rights, by the name of the file in `deploy/rbac`. */
export type RightsFile = "operator" | "cluster-wide" | "namespaced" | "cluster-reads" | "definition";

const clusterWide: readonly RightsFile[] = ["operator", "cluster-wide", "cluster-reads", "definition"];

const granted = new Map<string, Promise<void>>();

/** Makes the namespace of the operator and grants its account these rights, by default those to look after every namespace. */
export async function grant(
  plane: Pick<ControlPlaneAccess, "kubectl">,
  files: readonly RightsFile[] = clusterWide,
  namespace = "onecloud",
): Promise<void> {
  await plane.kubectl(["apply", "--filename", "deploy/namespace.yaml"]);
  for (const file of files)
    await plane.kubectl([
      "apply",
      "--namespace",
      file === "namespaced" ? namespace : "onecloud",
      "--filename",
      fileOf(file),
    ]);
}

/** Grants the account of the operator more than its files do, for what only a test lets it do; resolves with the way to take that away. */
export async function grantBeside(
  { kubectl }: Pick<ControlPlaneAccess, "kubectl">,
  resource: string,
  verbs: readonly string[],
): Promise<() => Promise<void>> {
  const name = `beside-${crypto.randomUUID().slice(0, 8)}`;
  await kubectl(["create", "clusterrole", name, `--verb=${verbs.join(",")}`, `--resource=${resource}`]);
  const binding = [`--clusterrole=${name}`, `--serviceaccount=onecloud:${accountName}`];
  await kubectl(["create", "clusterrolebinding", name, ...binding]);
  return async () => void (await kubectl(["delete", "clusterrole,clusterrolebinding", name]));
}

/** Takes the rights of one file away. */
export async function revoke(
  plane: Pick<ControlPlaneAccess, "kubectl">,
  file: RightsFile,
  namespace = "onecloud",
): Promise<void> {
  await plane.kubectl(["delete", "--namespace", namespace, "--filename", fileOf(file)]);
}

function fileOf(file: RightsFile): string {
  return `deploy/rbac/${file}.yaml`;
}

/** How to reach a control plane otherwise than at its own address. */
interface Through {
  readonly server: string;
}

/** Path of a kubeconfig with a token of the operator's account, which has its cluster-wide rights then. */
export async function operatorKubeconfig(plane: ControlPlaneAccess, through: Through = plane): Promise<string> {
  const before = granted.get(plane.directory);
  const granting = before ?? grant(plane);
  granted.set(plane.directory, granting);
  await granting;
  return await kubeconfigOf(plane, through);
}

/** Path of a kubeconfig with a token of an account in the namespace of the operator, whatever its rights are. */
export async function kubeconfigOf(
  plane: ControlPlaneAccess,
  through: Through = plane,
  account = accountName,
): Promise<string> {
  return await accountKubeconfig(plane, { namespace: "onecloud", name: account }, through);
}

/** Path of a kubeconfig with a token of any account, whatever its rights are; the file goes with the control plane. */
export async function accountKubeconfig(
  plane: ControlPlaneAccess,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  through: Through = plane,
): Promise<string> {
  const token = await plane.serviceAccountToken(namespace, name);
  const file = join(plane.directory, `account-${crypto.randomUUID()}.kubeconfig`);
  const ca = await readFile(plane.ca, "utf8");
  await writeFile(file, kubeconfig({ server: through.server, ca, token }), { mode: 0o600 });
  return file;
}
