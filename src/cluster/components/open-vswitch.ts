import type { Cluster } from "../api/cluster.ts";
import { hostNodeLabel, lbagentNodeLabel, productsWithHosts } from "../api/names.ts";
import { kernelModules, openVswitchDirectories } from "../objects/host-directories.ts";
import type { Component, Definition } from "./component.ts";
import { defineComponent } from "./component.ts";
import type { HostagentSpec } from "./host-daemon.ts";
import { hostagentSpec, hostDaemonSet } from "./host-daemon.ts";

/** The reason for which parts of the local virtual network do not run. */
export function withoutLocalVpc({ platform }: Cluster): string | undefined {
  return platform.disableLocalVpc === true ? "spec.disableLocalVpc is true" : undefined;
}

/** The few facts in which the parts of Open vSwitch differ. */
export interface OpenVswitchDaemon
  extends Pick<Definition<HostagentSpec>, "type" | "after" | "gatedBy" | "isExcluded"> {
  /** Name of the container, and what it is started as. */
  readonly container: string;
  readonly role: string;
  readonly capabilities: readonly string[];
}

/** A part of Open vSwitch on every node that takes part in virtual networks. One that is replaced cuts off machines, so they follow each other. */
export function openVswitchDaemon(facts: OpenVswitchDaemon): Component<HostagentSpec> {
  const { container: name, role, capabilities, ...more } = facts;
  return defineComponent({
    specKey: "hostagent",
    spec: hostagentSpec,
    products: productsWithHosts,
    ...more,
    getDaemonSet: (s) =>
      hostDaemonSet(s, {
        containers: [
          { name, spec: s.spec.ovnController, command: ["/start.sh", role], privileged: true, capabilities },
        ],
        mounts: [...openVswitchDirectories, kernelModules],
        certificates: false,
        nodes: s.cluster.platform.disableLocalVpc === true ? [hostNodeLabel] : [hostNodeLabel, lbagentNodeLabel],
      }),
  });
}
