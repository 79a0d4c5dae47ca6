import { cloudService } from "./cloud-service.ts";

/** Databases outside the platform as its resources. */
export const extdb = cloudService({
  type: "extdb",
  products: ["FullStack", "CMP", "Edge"],
  editions: ["ee"],
  port: 30991,
  account: "extdb",
  database: { name: "extdb", clickhouse: true },
  registration: { service: "extdb", type: "extdb" },
  tables: "option",
  declaresPort: false,
});
