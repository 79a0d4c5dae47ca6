import { join } from "node:path";
import { auditLog } from "./audit.ts";
import { type Files, filesIn } from "./files.ts";
import { heartbeatLabel } from "./node.ts";

/** The components of a control plane, in the order in which they start. */
export const componentNames = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;

/** A component of the control plane; it is also the name of its program. */
export type ComponentName = (typeof componentNames)[number];

/** The loopback port of each component, and the one on which etcd insists for its peers. */
export type Ports = Readonly<Record<ComponentName | "etcd-peer", number>>;

/** What the command lines of the components depend on. */
export interface Settings {
  /** State directory of the control plane. */
  readonly directory: string;
  readonly ports: Ports;
  /** File with the stages that kwok plays. */
  readonly stages: string;
  /** How long a node may miss its heartbeats before it counts as NotReady, a Go duration; undefined for the default of Kubernetes. */
  readonly nodeMonitorGracePeriod: string | undefined;
  /** More arguments for a component; of an argument given twice the last one counts. */
  readonly extraArguments: Partial<Readonly<Record<ComponentName, readonly string[]>>>;
}

/** The command line of a component, without the program itself. */
export function argumentsOf(component: ComponentName, settings: Settings): readonly string[] {
  const own = builders[component](settings, filesIn(settings.directory));
  return [...own, ...(settings.extraArguments[component] ?? [])];
}

/** The URL that answers with 200 once the component does its work. */
export function healthUrlOf(component: ComponentName, ports: Ports): string {
  return `${component === "kwok" ? "http" : "https"}://127.0.0.1:${ports[component]}${healthPaths[component]}`;
}

const healthPaths: Readonly<Record<ComponentName, string>> = {
  etcd: "/readyz",
  "kube-apiserver": "/readyz",
  "kube-controller-manager": "/healthz",
  "kube-scheduler": "/readyz",
  kwok: "/healthz",
};

type Builder = (settings: Settings, files: Files) => readonly string[];

const builders: Readonly<Record<ComponentName, Builder>> = {
  etcd: etcdArguments,
  "kube-apiserver": apiServerArguments,
  "kube-controller-manager": controllerManagerArguments,
  "kube-scheduler": schedulerArguments,
  kwok: kwokArguments,
};

function etcdArguments({ ports }: Settings, files: Files): readonly string[] {
  const client = `https://127.0.0.1:${ports.etcd}`;
  const peer = `https://127.0.0.1:${ports["etcd-peer"]}`;
  return [
    `--data-dir=${files.data}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    "--client-cert-auth",
    `--trusted-ca-file=${files.etcdCa}`,
    `--cert-file=${files.cert("etcd-serving")}`,
    `--key-file=${files.key("etcd-serving")}`,
    "--peer-client-cert-auth",
    `--peer-trusted-ca-file=${files.etcdCa}`,
    `--peer-cert-file=${files.cert("etcd-serving")}`,
    `--peer-key-file=${files.key("etcd-serving")}`,
    // The state dies with the process that asked for it: there is no crash to be safe from.
    "--unsafe-no-fsync",
  ];
}

function apiServerArguments({ ports }: Settings, files: Files): readonly string[] {
  const issuer = "https://kubernetes.default.svc.cluster.local";
  return [
    ...servingArguments(ports["kube-apiserver"], files),
    `--etcd-servers=https://127.0.0.1:${ports.etcd}`,
    `--etcd-cafile=${files.etcdCa}`,
    `--etcd-certfile=${files.cert("etcd-client")}`,
    `--etcd-keyfile=${files.key("etcd-client")}`,
    `--client-ca-file=${files.ca}`,
    "--authorization-mode=Node,RBAC",
    // Some distributions have it on: whoever names an owner needs rights to it.
    "--enable-admission-plugins=OwnerReferencesPermissionEnforcement",
    "--allow-privileged=true",
    "--service-cluster-ip-range=10.96.0.0/16",
    `--service-account-issuer=${issuer}`,
    `--service-account-key-file=${files.cert("tokens")}`,
    `--service-account-signing-key-file=${files.key("tokens")}`,
    `--audit-policy-file=${files.auditPolicy}`,
    `--audit-log-path=${join(files.auditDirectory, auditLog)}`,
    // Endpoints must not lie on the loopback address, so the Service `default/kubernetes` goes without.
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
  ];
}

function controllerManagerArguments({ ports, nodeMonitorGracePeriod }: Settings, files: Files): readonly string[] {
  const grace = nodeMonitorGracePeriod === undefined ? [] : [`--node-monitor-grace-period=${nodeMonitorGracePeriod}`];
  return [
    ...servingArguments(ports["kube-controller-manager"], files),
    ...clientArguments(files.kubeconfig("kube-controller-manager")),
    "--use-service-account-credentials",
    `--service-account-private-key-file=${files.key("tokens")}`,
    `--root-ca-file=${files.ca}`,
    // The provisioner beside this file grants more room to a claim; the expander of Kubernetes knows only CSI drivers and says so in an
    // event at every try.
    "--controllers=*,-persistentvolume-expander-controller",
    "--node-monitor-period=1s",
    ...grace,
  ];
}

function schedulerArguments({ ports }: Settings, files: Files): readonly string[] {
  return [...servingArguments(ports["kube-scheduler"], files), ...clientArguments(files.kubeconfig("kube-scheduler"))];
}

function kwokArguments({ ports, stages, nodeMonitorGracePeriod }: Settings, files: Files): readonly string[] {
  return [
    `--kubeconfig=${files.kubeconfig("kwok")}`,
    `--config=${stages}`,
    `--manage-nodes-with-label-selector=${heartbeatLabel}=true`,
    `--node-lease-duration-seconds=${leaseSeconds(nodeMonitorGracePeriod)}`,
    `--server-address=127.0.0.1:${ports.kwok}`,
  ];
}

function servingArguments(port: number, files: Files): readonly string[] {
  return [
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--tls-cert-file=${files.cert("serving")}`,
    `--tls-private-key-file=${files.key("serving")}`,
  ];
}

function clientArguments(kubeconfig: string): readonly string[] {
  return [`--kubeconfig=${kubeconfig}`, "--leader-elect=false", "--kube-api-qps=200", "--kube-api-burst=400"];
}

/** kwok renews a lease four times in its duration. A shorter grace period needs more heartbeats, or a slow moment looks like an outage. */
function leaseSeconds(gracePeriod: string | undefined): number {
  const seconds = Number(/^(\d+)s$/.exec(gracePeriod ?? "50s")?.[1] ?? 50);
  return Math.min(40, Math.max(1, Math.floor(seconds / 2)));
}
