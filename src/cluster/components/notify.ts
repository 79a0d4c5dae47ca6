import { serviceImage } from "../api/image.ts";
import { unusedContainerSpec, unusedStorageFields } from "../api/shapes.ts";
import { cloudService, cloudServiceSpec } from "./cloud-service.ts";

const port = 30777;

/** Notifications to users. */
export const notify = cloudService({
  type: "notify",
  spec: cloudServiceSpec(serviceImage("notify"), port, {
    ...unusedStorageFields,
    plugins: unusedContainerSpec(),
  }),
  port,
  account: "notify",
  database: { name: "notify", clickhouse: true },
  registration: { service: "notify", type: "notify" },
  tables: "init",
  usesEtcd: true,
});
