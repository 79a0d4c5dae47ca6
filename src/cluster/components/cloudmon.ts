import { alsoSpelled, ignored, integer } from "../api/field.ts";
import { serviceImage } from "../api/image.ts";
import { cloudService, cloudServiceSpec } from "./cloud-service.ts";

const port = 30931;

/** Collects what other clouds know about their resources. */
export const cloudmon = cloudService({
  type: "cloudmon",
  products: ["FullStack", "CMP", "Edge"],
  spec: cloudServiceSpec(serviceImage("cloudmon", ["ee"]), port, {
    cloudmonPingDuration: alsoSpelled("CloudmonPingDuration", ignored(integer("", { minimum: 0 }))),
  }),
  after: ["keystone", "region"],
  port,
  account: "cloudmon",
  registration: { service: "cloudmon", type: "cloudmon" },
  declaresPort: false,
});
