import { cloudService } from "./cloud-service.ts";

/** One S3 interface to the object stores of all clouds. */
export const s3gateway = cloudService({
  type: "s3gateway",
  products: ["FullStack", "CMP"],
  isExcluded: ({ platform }) => (platform.enableS3Gateway === true ? undefined : "spec.enableS3Gateway is not true"),
  image: { name: "s3gateway" },
  port: 30884,
  account: "s3gatewayadm",
  registration: { service: "s3gateway", type: "s3gateway" },
});
