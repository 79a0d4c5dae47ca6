import { defaulted, flag } from "../api/field.ts";
import { deploymentSpec } from "../api/shapes.ts";
import { deployment } from "../objects/workloads.ts";
import { defineComponent } from "./component.ts";

/** The command line for other clouds, ready to be entered with kubectl exec; run only where the spec asks for it. */
export const cloudmux = defineComponent({
  type: "cloudmux",
  products: ["FullStack", "CMP", "Edge"],
  spec: deploymentSpec({ name: "cloudmux" }, { disable: defaulted(flag("Do not run it."), true) }),
  after: [],

  getDeployment: (s) => deployment(s, { containers: [{ command: ["tail", "-f", "/dev/null"] }] }),
});
