import { cloudService } from "./cloud-service.ts";

/** The log of what users did. */
export const logger = cloudService({
  type: "logger",
  port: 30999,
  account: "loggeradmin",
  database: { name: "yunionlogger", clickhouse: true },
  registration: { service: "log", type: "log" },
  tables: "init",
});
