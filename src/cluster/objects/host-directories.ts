import type { Scope } from "../api/scope.ts";
import type { HostPath, Mounted } from "./volumes.ts";
import { etcdClient, hostPath } from "./volumes.ts";

const present: HostPath = { type: "Directory" };
const made: HostPath = { type: "DirectoryOrCreate" };
/** What one side mounts there, the other one sees. */
const shared = { propagation: "Bidirectional" } as const;

/** Files of Open vSwitch. */
export const openVswitchDirectories: readonly Mounted[] = [
  hostPath("var-run-openvswitch", "/var/run/openvswitch", made),
  hostPath("var-log-openvswitch", "/var/log/openvswitch", made),
  hostPath("etc-openvswitch", "/etc/openvswitch", made),
];

/** Modules of the kernel. */
export const kernelModules = hostPath("lib-modules", "/lib/modules", made);

const sockets = hostPath("var-run-onecloud", "/var/run/onecloud", { ...made, ...shared });
const system = [
  hostPath("usr", "/usr/local", present),
  hostPath("dev", "/dev", present),
  hostPath("sys", "/sys", present),
];
const vmware = hostPath("var-run-vmware", "/var/run/vmware", { ...made, ...shared });

/** What works on the images of disks sees of a node, which need not be a host. */
export const deployerDirectories: readonly Mounted[] = [
  hostPath("etc-yunion", "/etc/yunion", made),
  hostPath("cloud", "/opt/cloud", { ...made, ...shared }),
  ...system,
  sockets,
  vmware,
];

/** What serves images of disks sees of a host. */
export const imageDirectories: readonly Mounted[] = [hostPath("etc-yunion", "/etc/yunion", present), sockets];

/** What an agent sees of its node, together with the client certificate of the platform's etcd. */
export function agentDirectories(s: Scope): readonly Mounted[] {
  return [
    hostPath("etc-yunion", "/etc/yunion", present),
    hostPath("cloud", "/opt/cloud", { ...present, ...shared }),
    ...system,
    hostPath("tmp", "/tmp", { ...present, ...shared }),
    sockets,
    vmware,
    ...openVswitchDirectories,
    ...etcdClient(s),
  ];
}
