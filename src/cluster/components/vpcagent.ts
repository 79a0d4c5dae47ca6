import { ovnDatabase } from "../options/endpoints.ts";
import { serviceOptions } from "../options/groups.ts";
import { cloudService } from "./cloud-service.ts";

/** Tells the local virtual network what region knows of it. */
export const vpcagent = cloudService({
  type: "vpcagent",
  specKey: "vpcAgent",
  statusKey: "vpcAgent",
  products: ["FullStack", "Edge", "LightEdge", "AI"],
  isExcluded: ({ platform }) => (platform.disableLocalVpc === true ? "spec.disableLocalVpc is true" : undefined),
  after: ["keystone", "ovn-north"],
  port: 30932,
  account: "vpcagentadmin",
  registration: { service: "vpcagent", type: "vpcagent" },

  getOptions: (s) => ({ ...serviceOptions(s), ovn_north_database: ovnDatabase(s, "north") }),
});
