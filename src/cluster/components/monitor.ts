import { serviceImage } from "../api/image.ts";
import { cloudService } from "./cloud-service.ts";

/** Alerts over the time series of the platform. */
export const monitor = cloudService({
  type: "monitor",
  image: serviceImage("monitor", ["ee"]),
  port: 30093,
  account: "monitoradmin",
  database: { name: "monitor", username: "yunionmonitor", clickhouse: true },
  registration: { service: "monitor", type: "monitor", interfaces: ["internal", "public"] },
  tables: "option",
  declaresPort: false,
});
