import { serviceOptions } from "../options/groups.ts";
import { cloudService } from "./cloud-service.ts";

/** Looks for new versions of the platform. */
export const autoupdate = cloudService({
  type: "autoupdate",
  editions: ["ee"],
  port: 30981,
  account: "autoupdate",
  database: { name: "autoupdate", clickhouse: true },
  registration: { service: "autoupdate", type: "autoupdate" },
  tables: "init",
  serviceAccount: true,

  getOptions: (s) => ({
    ...serviceOptions(s),
    channel: "stable",
    kubernetes_mode: true,
    update_server: "https://iso.yunion.cn",
    update_check_interval_hours: 1,
    host_update_start_hour: 2,
    host_update_stop_hour: 4,
    host_update_time_zone: "Asia/Shanghai",
  }),
});
