import { cloudService } from "./cloud-service.ts";

/** The one way to log in to machines, which records what is done there. */
export const bastionhost = cloudService({
  type: "bastionhost",
  specKey: "bastionHost",
  statusKey: "bastionHost",
  configKey: "bastionHost",
  products: ["FullStack", "CMP", "Edge"],
  editions: ["ee"],
  port: 30983,
  account: "bastionhost",
  database: { name: "bastionhost", clickhouse: false },
  registration: { service: "bastionhost", type: "bastionhost" },
  tables: "init",
});
