import { defaulted, flag } from "../api/field.ts";
import { serviceImage } from "../api/image.ts";
import { cloudService, cloudServiceSpec } from "./cloud-service.ts";

const port = 31999;

/** Which host reaches which API; run only where the spec asks for it. */
export const apimap = cloudService({
  type: "apimap",
  specKey: "apiMap",
  statusKey: "apiMap",
  products: ["FullStack", "Edge"],
  spec: cloudServiceSpec(serviceImage("apimap"), port, { disable: defaulted(flag("Do not run it."), true) }),
  port,
  worksForRegion: true,
  registration: { service: "apimap", type: "apimap" },
});
