import { ignoring } from "../api/field.ts";
import { serviceImage } from "../api/image.ts";
import { controllerNodeLabel } from "../api/names.ts";
import { daemonSetSpec, engineField, servicePort } from "../api/shapes.ts";
import { serviceCommand } from "../objects/pod.ts";
import { headlessService } from "../objects/service.ts";
import { daemonSet } from "../objects/workloads.ts";
import { accountOptions, baseOptions, databaseOptions } from "../options/groups.ts";
import { defineComponent } from "./component.ts";

/** Licences and support of the enterprise editions. */
export const yunionagent = defineComponent({
  type: "yunionagent",
  spec: daemonSetSpec(serviceImage("yunionagent"), {
    service: ignoring(servicePort(30898), { internalOnly: "it listens on its node, and so on no port of a Service" }),
    db_engine: engineField,
  }),
  port: 30898,
  account: "yunionagent",
  database: { name: "yunionagent", clickhouse: false },
  registration: { service: "yunionagent", type: "yunionagent", interfaces: ["internal", "public"] },
  editions: ["ce/support", "ee"],

  getOptions: (s) => ({
    // It listens in the network of the node, so the node port is its port.
    ...baseOptions(s, s.spec.service.nodePort),
    ...accountOptions(s),
    ...databaseOptions(s),
    auto_sync_table: true,
  }),
  getServices: (s) => [headlessService(s)],
  getDaemonSet: (s) => {
    const support = s.cluster.edition === "ce/support" ? ["--edition", "ce/support"] : [];
    return daemonSet(s, {
      containers: [{ command: [...serviceCommand(s), ...support] }],
      nodes: [controllerNodeLabel],
      serviceAccount: true,
    });
  },
});
