import { alsoSpelled } from "../api/field.ts";
import { serviceImage } from "../api/image.ts";
import { containerSpec } from "../api/shapes.ts";
import { listenPort } from "../api/scope.ts";
import { service } from "../objects/service.ts";
import { deployment } from "../objects/workloads.ts";
import { publicUrl } from "../options/endpoints.ts";
import { serviceOptions } from "../options/groups.ts";
import { cloudServiceSpec, usualInterfaces } from "./cloud-service.ts";
import { defineComponent } from "./component.ts";

/** Consoles of virtual machines in the browser. */
export const webconsole = defineComponent({
  type: "webconsole",
  spec: cloudServiceSpec(serviceImage("webconsole"), 30899, {
    guacd: alsoSpelled("Guacd", containerSpec("The Guacamole proxy.", { name: "guacd", tag: "1.6.0" })),
  }),
  port: 30899,
  account: "webconsole",
  database: { name: "webconsole", clickhouse: true },
  registration: { service: "webconsole", type: "webconsole", interfaces: usualInterfaces },

  getOptions: (s) => ({
    ...serviceOptions(s),
    auto_sync_table: true,
    api_server: publicUrl(s),
    enable_auto_login: true,
    ipmitool_path: "/usr/sbin/ipmitool",
  }),
  getServices: (s) => [service(s, { api: { reached: s.spec.service, target: listenPort(s) } })],
  getDeployment: (s) =>
    deployment(s, {
      containers: [{ name: "web" }, { name: "guacd", spec: s.spec.guacd, command: undefined, bare: true }],
    }),
});
