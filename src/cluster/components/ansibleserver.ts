import { cloudService } from "./cloud-service.ts";

/** Ansible playbooks that are run for users. */
export const ansibleserver = cloudService({
  type: "ansibleserver",
  products: ["FullStack", "CMP", "Edge", "AI"],
  port: 30890,
  account: "ansibleadmin",
  database: { name: "yunionansible", clickhouse: false },
  registration: { service: "ansible", type: "ansible" },
  tables: "option",
  container: "server",
  declaresPort: false,
  readOnlyReplicas: true,
});
