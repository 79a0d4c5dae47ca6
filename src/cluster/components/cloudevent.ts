import { cloudService } from "./cloud-service.ts";

/** The operation logs of other clouds. */
export const cloudevent = cloudService({
  type: "cloudevent",
  products: ["FullStack", "CMP"],
  port: 30892,
  account: "cloudeventadmin",
  database: { name: "yunioncloudevent", clickhouse: true },
  registration: { service: "cloudevent", type: "cloudevent" },
  tables: "option",
  container: "server",
  declaresPort: false,
});
