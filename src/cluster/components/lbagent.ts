import { alsoSpelled } from "../api/field.ts";
import { serviceImage } from "../api/image.ts";
import { lbagentNodeLabel } from "../api/names.ts";
import { listenPort } from "../api/scope.ts";
import { daemonSetSpec, unusedContainerSpec } from "../api/shapes.ts";
import { agentDirectories } from "../objects/host-directories.ts";
import { daemonSet } from "../objects/workloads.ts";
import { accountOptions, baseOptions } from "../options/groups.ts";
import { virtualNetworkOptions, virtualNetworkVariables } from "../options/host.ts";
import { defineComponent } from "./component.ts";
import { agentsAway, commonFile, maxUnavailableCount } from "./host-daemon.ts";

/** Balances load for virtual machines. */
export const lbagent = defineComponent({
  type: "lbagent",
  spec: daemonSetSpec(serviceImage("lbagent"), {
    ovnController: alsoSpelled("OvnController", unusedContainerSpec("that of hostagent counts")),
    maxUnavailableCount,
  }),
  products: ["FullStack", "Edge", "AI"],
  port: 8895,
  account: "lbagentadm",
  registration: { service: "lbagent", type: "lbagent", interfaces: [] },

  fileAt: commonFile,
  getOptions: (s) => ({
    ...baseOptions(s, listenPort(s)),
    ...accountOptions(s),
    ...virtualNetworkOptions(s),
    base_data_dir: "/opt/cloud/workspace/lbagent",
  }),
  getDaemonSet: (s) => {
    const { encap, south, version } = virtualNetworkVariables(s);
    const files = ["--config", "/etc/yunion/lbagent.conf", "--common-config-file", "/etc/yunion/common/common.conf"];
    const command = ["/opt/yunion/bin/lbagent", ...files];
    return daemonSet(s, {
      containers: [{ command, workingDir: "/opt/cloud", env: [encap, south, version], privileged: true }],
      mounts: agentDirectories(s),
      nodes: [lbagentNodeLabel],
      terminationGracePeriodSeconds: 300,
      maxUnavailable: s.spec.maxUnavailableCount || agentsAway,
    });
  },
});
