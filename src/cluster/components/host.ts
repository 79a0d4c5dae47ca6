import type { JsonObject } from "../api/field.ts";
import { labelKeys, productsWithHosts } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";
import { listenPort, peer } from "../api/scope.ts";
import { agentDirectories } from "../objects/host-directories.ts";
import { ping, slowStart } from "../objects/probes.ts";
import { accountOptions, baseOptions } from "../options/groups.ts";
import { hypervisorOptions, virtualNetworkVariables } from "../options/host.ts";
import { defineComponent } from "./component.ts";
import { agentContainer, agentsAway, commonFile, hostAccount, hostagentSpec, hostDaemonSet } from "./host-daemon.ts";

/** The agent of each host: it runs virtual machines. */
export const host = defineComponent({
  type: "host",
  specKey: "hostagent",
  ...hostAccount,
  labels: { [labelKeys.hostDeployer]: "" },
  spec: hostagentSpec,
  products: productsWithHosts,
  staysUp: true,
  registration: { service: "host", type: "host", interfaces: [] },

  fileAt: commonFile,
  getOptions: (s) => ({ ...baseOptions(s, listenPort(s)), ...accountOptions(s), ...hypervisorOptions(s) }),
  getDaemonSet: (s) => {
    const port = listenPort(s);
    const { encap, south, version } = virtualNetworkVariables(s);
    const container = {
      ...agentContainer("host"),
      workingDir: "/opt/cloud",
      env: [encap, south, servicesElsewhere, version, telegrafDirectory(s)],
      startupProbe: slowStart(port),
      readinessProbe: ping(port),
    };
    return hostDaemonSet(s, {
      containers: [container],
      mounts: agentDirectories(s),
      terminationGracePeriodSeconds: 300,
      maxUnavailable: s.spec.maxUnavailableCount || agentsAway,
      ...(s.spec.updateStrategy !== undefined && { updateStrategy: s.spec.updateStrategy }),
    });
  },
});

/** Services of the node that pods of their own have replaced. */
const servicesElsewhere = { name: "HOST_SYSTEM_SERVICES_OFF", value: "host-deployer,host_sdnagent,telegraf" };

function telegrafDirectory(s: Scope): JsonObject {
  return { name: "HOST_TELEGRAF_CONFIG_DIR", value: peer(s, "telegraf")["telegrafConfigDir"] as string };
}
