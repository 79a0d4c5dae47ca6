import { cloudService } from "./cloud-service.ts";

/** Routers and networks between clouds. */
export const cloudnet = cloudService({
  type: "cloudnet",
  products: ["FullStack"],
  isExcluded: ({ platform }) => (platform.enableCloudNet === true ? undefined : "spec.enableCloudNet is not true"),
  image: { name: "cloudnet" },
  port: 30891,
  account: "cloudnetadmin",
  database: { name: "yunioncloudnet", clickhouse: false },
  registration: { service: "cloudnet", type: "cloudnet" },
  tables: "option",
  container: "server",
  declaresPort: false,
});
