import { cloudService } from "./cloud-service.ts";

/** Orders, bills and their payment. */
export const billing = cloudService({
  type: "billing",
  products: ["FullStack", "CMP", "Edge"],
  editions: ["ee"],
  port: 30404,
  account: "billingadmin",
  database: { name: "yunionbilling", clickhouse: true },
  registration: { service: "billing", type: "billing" },
  tables: "init",
  readOnlyReplicas: true,
});
