import { cloudService } from "./cloud-service.ts";

/** Users and permissions in other clouds. */
export const cloudid = cloudService({
  type: "cloudid",
  products: ["FullStack", "CMP"],
  port: 30893,
  account: "cloudidadmin",
  database: { name: "yunioncloudid", clickhouse: false },
  registration: { service: "cloudid", type: "cloudid" },
  tables: "option",
  container: "server",
  declaresPort: false,
});
