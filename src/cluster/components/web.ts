import { alsoSpelled, flag } from "../api/field.ts";
import { serviceImage } from "../api/image.ts";
import type { Scope } from "../api/scope.ts";
import type { ContainerSpec } from "../api/shapes.ts";
import { containerSpec, deploymentSpec } from "../api/shapes.ts";
import { ingress } from "../objects/ingress.ts";
import type { Container } from "../objects/pod.ts";
import { internalService } from "../objects/service.ts";
import { deployment } from "../objects/workloads.ts";
import { webServerText } from "../options/web-server.ts";
import { defineComponent } from "./component.ts";

const ports = { http: 80, https: 443, overview: 8080, docs: 8081 };

/** The web front: the pages, and the way to the services behind them. */
export const web = defineComponent({
  type: "web",
  spec: deploymentSpec(
    { ...serviceImage("web", ["ce/support", "ee"]), hyper: false, editionDecides: true },
    {
      useHTTP: flag("Speak plain HTTP."),
      overview: alsoSpelled("Overview", containerSpec("The dashboard of edition ee.", { name: "dashboard-overview" })),
      docs: alsoSpelled("Docs", containerSpec("The documentation of edition ee.", { name: "docs-ee" })),
    },
  ),
  after: [],

  getFile: (s) => ({
    name: "default.conf",
    volume: "config",
    directory: "/etc/nginx/conf.d",
    text: webServerText(s, {
      plainHttp: s.spec.useHTTP === true,
      dashboard: s.cluster.edition !== "ce",
      sidecars: s.cluster.edition === "ee",
    }),
    holdsCredential: false,
  }),
  getServices: (s) => [internalService(s, ports)],
  getIngresses: (s) => {
    const plain = s.spec.useHTTP === true;
    return [ingress(s, { path: "/", port: plain ? ports.http : ports.https, protocol: plain ? "HTTP" : "HTTPS" })];
  },
  getDeployment: (s) => deployment(s, { containers: [front, ...sidecars(s)] }),
});

const front: Container = { command: ["nginx", "-g", "daemon off;"], ports: { web: ports.http } };

function sidecars(s: Scope<{ readonly overview: ContainerSpec; readonly docs: ContainerSpec }>): readonly Container[] {
  if (s.cluster.edition !== "ee") return [];
  const { overview, docs } = s.spec;
  return [
    { name: "overview", spec: overview, command: undefined, ports: { overview: ports.overview } },
    { name: "docs", spec: docs, command: undefined, ports: { docs: ports.docs } },
  ];
}
