import { accountOptions, baseOptions, clickhouseOptions, regionDatabaseOptions } from "../options/groups.ts";
import { cloudService } from "./cloud-service.ts";

const port = 30978;

/** Does things to virtual machines at set times. */
export const scheduledtask = cloudService({
  type: "scheduledtask",
  products: ["FullStack", "CMP", "Edge", "AI"],
  port,
  worksForRegion: true,
  registration: { service: "scheduledtask", type: "scheduledtask" },
  tables: "init",

  getOptions: (s) => ({
    ...baseOptions(s, port),
    ...accountOptions(s),
    ...regionDatabaseOptions(s),
    ...clickhouseOptions(s, s.config.clickhouse_conf),
    auto_sync_table: true,
  }),
});
