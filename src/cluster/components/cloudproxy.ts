import { serviceOptions } from "../options/groups.ts";
import { cloudService } from "./cloud-service.ts";

/** Ways to reach virtual machines that have no address of their own outside. */
export const cloudproxy = cloudService({
  type: "cloudproxy",
  products: ["FullStack", "CMP", "Edge"],
  image: { name: "cloudproxy" },
  port: 30882,
  account: "cloudproxyadmin",
  database: { name: "yunioncloudproxy", clickhouse: false },
  registration: { service: "cloudproxy", type: "cloudproxy", interfaces: ["internal", "public"] },
  container: "server",
  declaresPort: false,

  getOptions: (s) => ({
    ...serviceOptions(s),
    auto_sync_table: true,
    enable_proxy_agent: true,
    proxy_agent_id: "proxyagent0",
  }),
});
