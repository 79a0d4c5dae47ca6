import { openVswitchDaemon, withoutLocalVpc } from "./open-vswitch.ts";

/** Tells the switch of a node what OVN knows of the local virtual network. */
export const hostOvnController = openVswitchDaemon({
  type: "host-ovn-controller",
  container: "ovn-controller",
  role: "controller",
  capabilities: ["SYS_NICE"],
  after: ["ovn-north"],
  gatedBy: ["host-ovs-vswitchd"],
  isExcluded: withoutLocalVpc,
});
