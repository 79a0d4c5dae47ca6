import type { Field, SpecOf } from "../api/field.ts";
import { alsoSpelled, defaulted, flag, ignoring, integer, nullable, text } from "../api/field.ts";
import type { ImageRule } from "../api/image.ts";
import { serviceImage } from "../api/image.ts";
import { hostNodeLabel, productsWithHosts } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";
import type { ContainerSpec, DaemonSetSpec } from "../api/shapes.ts";
import { containerSpec, daemonSetSpec, unlimitedPods } from "../api/shapes.ts";
import { agentDirectories } from "../objects/host-directories.ts";
import type { Container } from "../objects/pod.ts";
import type { DaemonSetParts } from "../objects/workloads.ts";
import { daemonSet } from "../objects/workloads.ts";
import { usualQemuVersion } from "../options/host.ts";
import type { Component, Definition } from "./component.ts";
import { defineComponent } from "./component.ts";

/** Image of Open vSwitch and OVN, which has a version of its own. */
export const openVswitchImage: ImageRule = { name: "openvswitch", tag: "2.12.4-20260415" };

/** Agents that may be away during an update unless the spec says otherwise. */
export const agentsAway = 3;

/** The field with which a spec says otherwise. */
export const maxUnavailableCount = defaulted(
  integer("Agents that may be away during an update; 3 when 0.", { minimum: 0 }),
  agentsAway,
);

function agentSpec(description: string, image: ImageRule): Field<ContainerSpec, true> {
  return ignoring(containerSpec(description, image), unlimitedPods);
}

/** `spec.hostagent`: the agent of hosts, and what else runs on each of them. Six components share it. */
export const hostagentSpec = daemonSetSpec(serviceImage("host"), {
  sdnAgent: alsoSpelled("SdnAgent", agentSpec("Networks of virtual machines.", serviceImage("sdnagent"))),
  ovnController: alsoSpelled("OvnController", agentSpec("Open vSwitch and OVN.", openVswitchImage)),
  hostHealth: alsoSpelled("HostHealth", agentSpec("Watches over the host.", { name: "host-health", tag: "v0.0.4" })),
  ovnEncapIpDetectionMethod: alsoSpelled(
    "OvnEncapIpDetectionMethod",
    text("How the address is found that virtual networks are tunnelled through."),
  ),
  disableSecurityGroup: flag("Let all traffic of virtual machines pass."),
  manageNtpConfiguration: flag("Take care of the time servers of the host."),
  hostCpuPassthrough: nullable(flag("Show virtual machines the processor of the host; on unless false.")),
  defaultQemuVersion: defaulted(text("Version of QEMU of new virtual machines."), usualQemuVersion),
  maxUnavailableCount,
  updateStrategy: text("Update strategy of the host agent, RollingUpdate or OnDelete."),
});

/** That spec as meant. */
export type HostagentSpec = SpecOf<typeof hostagentSpec>;

/** In whose name everything on hosts works. */
export const hostAccount = { configKey: "host", account: "hostadmin", port: 8885 } as const;

/** Where agents find their option file: /etc/yunion is that of the node. */
export const commonFile = { name: "common.conf", directory: "/etc/yunion/common" } as const;

/** The container of an agent, which may do on its node what it wants. */
export function agentContainer(binary: string, more: readonly string[] = []): Container {
  const file = `${commonFile.directory}/${commonFile.name}`;
  return { command: [`/opt/yunion/bin/${binary}`, "--common-config-file", file, ...more], privileged: true };
}

/** The DaemonSet of something that runs on hosts, and that virtual machines cannot do without. */
export function hostDaemonSet(s: Scope<DaemonSetSpec>, parts: DaemonSetParts) {
  const usual = { nodes: [hostNodeLabel], priorityClassName: "system-node-critical", maxUnavailable: agentsAway };
  return daemonSet(s, { ...usual, ...parts });
}

/** The few facts in which those that run beside the host agent differ. */
export interface HostDaemon extends Pick<Definition<HostagentSpec>, "type"> {
  readonly getContainer: (spec: HostagentSpec) => Container;
}

/** What runs beside the agent of each host, in its name and with its option file. */
export function hostDaemon({ type, getContainer }: HostDaemon): Component<HostagentSpec> {
  return defineComponent({
    type,
    specKey: "hostagent",
    configKey: hostAccount.configKey,
    spec: hostagentSpec,
    products: productsWithHosts,
    after: ["host"],
    reads: "host",
    getDaemonSet: (s) => hostDaemonSet(s, { containers: [getContainer(s.spec)], mounts: agentDirectories(s) }),
  });
}
