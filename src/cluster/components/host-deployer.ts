import { controllerNodeLabel, hostNodeLabel, labelKeys } from "../api/names.ts";
import { daemonSetSpec } from "../api/shapes.ts";
import { deployerDirectories } from "../objects/host-directories.ts";
import { besides } from "../objects/placement.ts";
import { defineComponent } from "./component.ts";
import { agentContainer, hostAccount, hostDaemonSet } from "./host-daemon.ts";

/** Works on the images of disks, wherever something runs that hands it some. */
export const hostDeployer = defineComponent({
  type: "host-deployer",
  specKey: "hostdeployer",
  ...hostAccount,
  spec: daemonSetSpec({ name: "host-deployer" }, {}),
  reads: "host",

  getDaemonSet: (s) =>
    hostDaemonSet(s, {
      containers: [agentContainer("host-deployer", ["--config", "/etc/yunion/host.conf"])],
      mounts: deployerDirectories,
      certificates: false,
      nodes: [hostNodeLabel, controllerNodeLabel],
      affinity: besides({ [labelKeys.hostDeployer]: "" }),
      // It keeps nothing, so all of them may be replaced at once.
      maxUnavailable: 999,
    }),
});
