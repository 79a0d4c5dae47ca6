import { agentContainer, hostDaemon } from "./host-daemon.ts";

/** Watches over each host, so that its virtual machines move when it dies. */
export const hostHealth = hostDaemon({
  type: "host-health",
  getContainer: ({ hostHealth: spec }) => ({ ...agentContainer("host-health"), spec }),
});
