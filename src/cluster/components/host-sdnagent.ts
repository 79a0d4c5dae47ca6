import { agentContainer, hostDaemon } from "./host-daemon.ts";

/** Networks of virtual machines on each host. */
export const hostSdnagent = hostDaemon({
  type: "host-sdnagent",
  getContainer: ({ sdnAgent }) => ({ ...agentContainer("sdnagent"), name: "sdnagent", spec: sdnAgent }),
});
