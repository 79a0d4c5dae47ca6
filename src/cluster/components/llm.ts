import { cloudService } from "./cloud-service.ts";

/** Language models that run on the platform. */
export const llm = cloudService({
  type: "llm",
  products: ["FullStack", "CMP", "Edge", "AI"],
  port: 31512,
  account: "llmadmin",
  database: { name: "llm", clickhouse: false },
  registration: { service: "llm", type: "llm", interfaces: ["internal", "public"] },
  tables: "option",
});
