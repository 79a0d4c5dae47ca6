import { openVswitchDaemon } from "./open-vswitch.ts";

/** The switch itself. */
export const hostOvsVswitchd = openVswitchDaemon({
  type: "host-ovs-vswitchd",
  container: "ovs-vswitchd",
  role: "vswitchd",
  capabilities: ["NET_ADMIN", "SYS_MODULE", "SYS_NICE"],
  after: [],
  gatedBy: ["host-ovsdb-server"],
});
