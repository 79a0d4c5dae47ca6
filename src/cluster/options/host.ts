import type { JsonObject } from "../api/field.ts";
import { tagOf } from "../api/image.ts";
import type { Scope } from "../api/scope.ts";
import { peer } from "../api/scope.ts";
import type { ContainerSpec } from "../api/shapes.ts";
import { ovnDatabase } from "./endpoints.ts";
import { changed } from "./groups.ts";

/** Version of QEMU that the host agent uses by itself. */
export const usualQemuVersion = "10.0.7";

interface HostSpec {
  readonly disableSecurityGroup?: boolean;
  readonly manageNtpConfiguration?: boolean;
  readonly hostCpuPassthrough?: boolean;
  readonly defaultQemuVersion: string;
}

/** How virtual machines are run. */
export function hypervisorOptions(s: Scope<HostSpec>): JsonObject {
  const { disableSecurityGroup, hostCpuPassthrough, defaultQemuVersion, manageNtpConfiguration = false } = s.spec;
  const wanted = {
    disable_security_group: disableSecurityGroup,
    host_cpu_passthrough: hostCpuPassthrough,
    default_qemu_version: defaultQemuVersion,
    manage_ntp_configuration: manageNtpConfiguration,
  };
  const own = {
    disable_security_group: false,
    host_cpu_passthrough: true,
    default_qemu_version: usualQemuVersion,
    manage_ntp_configuration: true,
  };
  return { ...virtualNetworkOptions(s), ...changed(wanted, own) };
}

/** How an agent on a node takes part in the local virtual network, and in what is done from elsewhere. */
export function virtualNetworkOptions({ cluster }: Scope): JsonObject {
  return {
    enable_remote_executor: true,
    ...(cluster.platform.disableLocalVpc === true && { disable_local_vpc: true }),
  };
}

interface VirtualNetwork {
  readonly ovnController: ContainerSpec;
  readonly ovnEncapIpDetectionMethod?: string;
}

/** Variables that tell an agent of the local virtual network: how its address is found, where OVN is, and its version. */
export function virtualNetworkVariables(s: Scope): Readonly<Record<"encap" | "south" | "version", JsonObject>> {
  const { ovnController, ovnEncapIpDetectionMethod: method } = peer(s, "hostagent") as unknown as VirtualNetwork;
  return {
    encap: { name: "HOST_OVN_ENCAP_IP_DETECTION_METHOD", ...(method && { value: method }) },
    south: { name: "HOST_OVN_SOUTH_DATABASE", value: ovnDatabase(s, "south") },
    version: { name: "OVN_CONTAINER_IMAGE_TAG", value: tagOf(ovnController.image) },
  };
}
