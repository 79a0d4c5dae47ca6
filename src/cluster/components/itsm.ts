import { listenPort } from "../api/scope.ts";
import { service } from "../objects/service.ts";
import { deployment } from "../objects/workloads.ts";
import { ticketingText } from "../options/ticketing.ts";
import { cloudServiceSpec } from "./cloud-service.ts";
import { defineComponent } from "./component.ts";

const port = 30595;
const java = { JAVA_APP_JAR: "itsm.jar", JAVA_OPTIONS: "-Xms1024M -Xmx1024M" };

/** Requests and their approval: a Java program, with a second database for its workflows. */
export const itsm = defineComponent({
  type: "itsm",
  products: ["FullStack", "CMP", "Edge"],
  editions: ["ee"],
  spec: cloudServiceSpec({ name: "itsm" }, port, {}),
  port,
  account: "itsm",
  database: { name: "itsm", clickhouse: false, engine: "mysql", secondSuffix: "_engine" },
  secrets: ["encryptionKey"],
  registration: { service: "itsm", type: "itsm", interfaces: ["internal", "public"] },

  getFile: (s) => ({
    name: "application.properties",
    volume: "config",
    directory: "/deployments/config",
    text: ticketingText(s, listenPort(s)),
    holdsCredential: true,
  }),
  getServices: (s) => [service(s, { api: { reached: s.spec.service, target: listenPort(s) } })],
  getDeployment: (s) => {
    const env = Object.entries(java).map(([name, value]) => ({ name, value }));
    return deployment(s, { containers: [{ command: undefined, env }] });
  },
});
