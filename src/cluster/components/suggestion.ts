import { cloudService } from "./cloud-service.ts";

/** Hints at resources that cost more than they do. */
export const suggestion = cloudService({
  type: "suggestion",
  products: ["FullStack", "CMP", "Edge", "AI"],
  editions: ["ee"],
  port: 30987,
  account: "suggestion",
  database: { name: "suggestion", clickhouse: false },
  registration: { service: "suggestion", type: "suggestion" },
  tables: "option",
  declaresPort: false,
});
