import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kubeconfig } from "../../hack/control-plane/kubeconfig.ts";
import { type ControlPlaneAccess, eventually, hasRolesOnly, namespacesToWatch } from "./control-plane.ts";
import { manifestObjects } from "./rights.ts";

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

/** As whom an operator runs. */
export interface OperatorAccess {
  /** Path of a kubeconfig. */
  readonly kubeconfig: string;
  /** The namespaces that it must be told to look after; all when left out. */
  readonly watchNamespaces?: readonly string[];
}

/**
 * Grants the account of the operator the rights of this run, and resolves with how to start an operator with its token: one that
 * looks after every namespace, or where it has Roles only, after these, by default its own and all that the file's tests use.
 */
export async function operatorAccess(
  plane: ControlPlaneAccess,
  namespaces?: readonly string[],
  through: Through = plane,
): Promise<OperatorAccess> {
  if (hasRolesOnly) {
    const watchNamespaces = namespaces ?? ["onecloud", ...(await namespacesToWatch(plane))];
    await grantRoles(plane, watchNamespaces);
    return { kubeconfig: await kubeconfigOf(plane, through), watchNamespaces };
  }
  const granting = granted.get(plane.directory) ?? grant(plane);
  granted.set(plane.directory, granting);
  await granting;
  return { kubeconfig: await kubeconfigOf(plane, through) };
}

/** Grants Roles in these namespaces, and does beside what an administrator does for an operator that has no more. */
async function grantRoles(plane: ControlPlaneAccess, namespaces: readonly string[]): Promise<void> {
  await grant(plane, ["operator"]);
  const rights = await manifestObjects("rbac/namespaced.yaml");
  const items = namespaces.flatMap((namespace) =>
    rights.map((object) => ({ ...object, metadata: { ...object.metadata, namespace } })),
  );
  await plane.kubectl(["apply", "--filename", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  await untilGranted(plane, namespaces.at(-1));
  await installDefinition(plane);
}

/** Resolves when the API server acts by a Role in the namespace, and so by those before it. */
async function untilGranted({ kubectl }: ControlPlaneAccess, namespace = "default"): Promise<void> {
  const asked = ["auth", "can-i", "patch", "deployments.apps", "--namespace", namespace, "--as", userOf()];
  await eventually(() => kubectl(asked));
}

async function installDefinition({ kubectl }: ControlPlaneAccess): Promise<void> {
  await kubectl(["apply", "--server-side", "--force-conflicts", "--filename", "crds/onecloudclusters.yaml"]);
  await eventually(() => kubectl(["get", "onecloudclusters", "--namespace", "default"]));
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
