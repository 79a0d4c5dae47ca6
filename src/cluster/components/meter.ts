import { serviceImage } from "../api/image.ts";
import { unusedStorageFields } from "../api/shapes.ts";
import { serviceOptions } from "../options/groups.ts";
import { cloudService, cloudServiceSpec } from "./cloud-service.ts";

const port = 30909;

/** What the use of resources costs. */
export const meter = cloudService({
  type: "meter",
  products: ["FullStack", "CMP", "Edge"],
  editions: ["ee"],
  spec: cloudServiceSpec(serviceImage("meter"), port, unusedStorageFields),
  port,
  account: "meterdocker",
  database: { name: "yunionmeter", clickhouse: true },
  registration: { service: "meter", type: "meter" },
  tables: "init",
  answersPing: true,
  readOnlyReplicas: true,

  getOptions: (s) => ({
    ...serviceOptions(s),
    auto_sync_table: true,
    aws_ri_plan_id_handle: "true",
    billing_file_directory: "/opt/yunion/meter/billing",
    cloudrates_file_directory: "/opt/yunion/meter/rates",
    influxdb_meter_name: "meter_db",
    monthly_bill: true,
  }),
});
