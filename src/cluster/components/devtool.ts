import { cloudService } from "./cloud-service.ts";

/** Scripts and agents that are installed into virtual machines. */
export const devtool = cloudService({
  type: "devtool",
  products: ["FullStack", "CMP", "Edge", "AI"],
  after: ["keystone", "ansibleserver"],
  port: 30997,
  account: "devtooladmin",
  database: { name: "devtool", clickhouse: false },
  registration: { service: "devtool", type: "devtool", interfaces: ["internal", "public"] },
  tables: "option",
});
