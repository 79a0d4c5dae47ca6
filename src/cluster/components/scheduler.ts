import { listenPort } from "../api/scope.ts";
import { accountOptions, baseOptions, regionDatabaseOptions } from "../options/groups.ts";
import { cloudService } from "./cloud-service.ts";

const ownPort = 30887;

/** Chooses the host of a virtual machine. */
export const scheduler = cloudService({
  type: "scheduler",
  port: ownPort,
  worksForRegion: true,
  registration: { service: "scheduler", type: "scheduler" },

  getOptions: (s) => ({
    ...baseOptions(s, listenPort(s)),
    ...accountOptions(s),
    ...regionDatabaseOptions(s),
    scheduler_port: ownPort,
  }),
});
