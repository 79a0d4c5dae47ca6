import { ignoring, list, text } from "../api/field.ts";
import { serviceImage } from "../api/image.ts";
import type { Scope } from "../api/scope.ts";
import { listenPort } from "../api/scope.ts";
import { deploymentSpec, servicePort } from "../api/shapes.ts";
import type { Container } from "../objects/pod.ts";
import { serviceCommand } from "../objects/pod.ts";
import { ping } from "../objects/probes.ts";
import { service } from "../objects/service.ts";
import { scratch } from "../objects/volumes.ts";
import { deployment } from "../objects/workloads.ts";
import { accountOptions, baseOptions } from "../options/groups.ts";
import { defineComponent } from "./component.ts";

const wsPort = 30443;
const enterprise = ["ce/support", "ee"];

/** The API of the web front. */
export const apigateway = defineComponent({
  type: "apigateway",
  specKey: "apiGateway",
  statusKey: "apiGateway",
  configKey: "apiGateway",
  spec: deploymentSpec(
    { ...serviceImage("apigateway", enterprise), editionDecides: true },
    {
      apiService: servicePort(30300),
      wsService: ignoring(servicePort(wsPort), { internalOnly: "that of apiService counts" }),
      corsHosts: list("Origins that a browser may call from.", text("An origin.")),
    },
  ),
  port: 30300,
  account: "yunionapi",
  registration: { service: "yunionapi", type: "yunionapi", interfaces: ["internal", "public"], reached: "apiService" },

  getOptions: (s) => ({
    ...baseOptions(s, listenPort(s)),
    ...accountOptions(s),
    ws_port: wsPort,
    ...(s.spec.corsHosts !== undefined && { cors_hosts: s.spec.corsHosts }),
    // The gateway's own defaults differ from what the platform has always run with.
    enable_totp: true,
    show_captcha: true,
    request_worker_count: s.credentials.commonConfig.request_worker_count,
  }),
  getServices: (s) => [
    service(s, {
      api: { reached: s.spec.apiService, target: listenPort(s) },
      ws: { reached: s.spec.wsService, target: wsPort },
    }),
  ],
  getDeployment: (s) => deployment(s, { containers: containers(s) }),
});

function containers(s: Scope): readonly Container[] {
  const mounts = [scratch("data", "/etc/yunion/data/")];
  const api: Container = { name: "api", readinessProbe: ping(listenPort(s)), mounts };
  if (!enterprise.includes(s.cluster.edition)) return [api];
  return [
    { ...api, command: serviceCommand(s, "yunionapi") },
    { name: "ws", command: serviceCommand(s, "ws"), mounts },
  ];
}
