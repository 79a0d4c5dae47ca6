import { productsWithHosts } from "../api/names.ts";
import type { PortPair } from "../objects/service.ts";
import { deploymentSpec } from "../api/shapes.ts";
import { service } from "../objects/service.ts";
import { deployment } from "../objects/workloads.ts";
import { ovnPorts } from "../options/endpoints.ts";
import { defineComponent } from "./component.ts";
import { openVswitchImage } from "./host-daemon.ts";
import { withoutLocalVpc } from "./open-vswitch.ts";

const ports: Readonly<Record<string, PortPair>> = {
  "north-db": { reached: { nodePort: ovnPorts.north }, target: 6641 },
  "south-db": { reached: { nodePort: ovnPorts.south }, target: 6642 },
};

/** The databases of OVN: the local virtual network as it shall be, and as each node has to make it. */
export const ovnNorth = defineComponent({
  type: "ovn-north",
  spec: deploymentSpec(openVswitchImage, {}),
  products: productsWithHosts,
  after: [],
  staysUp: true,
  isExcluded: withoutLocalVpc,

  getServices: (s) => [service(s, ports)],
  getDeployment: (s) => {
    const ipv6 = s.cluster.platform.ipv6Cluster === true ? ["ipv6"] : [];
    return deployment(s, {
      containers: [{ command: ["/start.sh", "north", ...ipv6], capabilities: ["SYS_NICE"], bare: true }],
    });
  },
});
