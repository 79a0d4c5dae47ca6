import { serviceImage } from "../api/image.ts";
import { listenPort, peer } from "../api/scope.ts";
import { service } from "../objects/service.ts";
import { deployment } from "../objects/workloads.ts";
import { accountOptions, baseOptions, databaseOptions } from "../options/groups.ts";
import { cloudServiceSpec, usualInterfaces } from "./cloud-service.ts";
import { defineComponent } from "./component.ts";

const ownPort = 30887;

/** Chooses the host of a virtual machine; it works in the name and in the database of region, whose engine counts. */
export const scheduler = defineComponent({
  type: "scheduler",
  spec: cloudServiceSpec(serviceImage("scheduler"), ownPort, {}),
  configKey: "region",
  after: ["keystone", "region"],
  registration: { service: "scheduler", type: "scheduler", interfaces: usualInterfaces },

  getOptions: (s) => ({
    ...baseOptions(s, listenPort(s)),
    ...accountOptions(s),
    ...databaseOptions({ ...s, spec: peer(s, "regionServer") }),
    scheduler_port: ownPort,
  }),
  getServices: (s) => [service(s, { api: { reached: s.spec.service, target: ownPort } })],
  getDeployment: (s) => deployment(s, { containers: [{ ports: { api: ownPort } }] }),
});
