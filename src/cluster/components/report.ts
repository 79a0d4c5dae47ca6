import { cloudService } from "./cloud-service.ts";

/** Reports that are made and sent at set times. */
export const report = cloudService({
  type: "report",
  products: ["FullStack", "CMP", "Edge", "AI"],
  editions: ["ee"],
  port: 30967,
  account: "report",
  database: { name: "report", clickhouse: true },
  registration: { service: "report", type: "report" },
  tables: "option",
  declaresPort: false,
});
