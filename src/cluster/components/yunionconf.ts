import { cloudService } from "./cloud-service.ts";

/** Parameters of the platform and of its users. */
export const yunionconf = cloudService({
  type: "yunionconf",
  port: 30889,
  account: "yunionconf",
  database: { name: "yunionconf", clickhouse: false },
  registration: { service: "yunionconf", type: "yunionconf" },
  tables: "option",
});
