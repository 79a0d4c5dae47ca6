import { openVswitchDaemon } from "./open-vswitch.ts";

/** The database of Open vSwitch. */
export const hostOvsdbServer = openVswitchDaemon({
  type: "host-ovsdb-server",
  container: "ovsdb-server",
  role: "ovsdb",
  capabilities: ["SYS_NICE"],
  after: [],
});
