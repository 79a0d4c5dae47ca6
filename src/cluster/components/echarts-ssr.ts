import { defaulted, flag } from "../api/field.ts";
import { nameOf } from "../api/scope.ts";
import { deploymentSpec } from "../api/shapes.ts";
import { internalService } from "../objects/service.ts";
import { deployment } from "../objects/workloads.ts";
import { defineComponent } from "./component.ts";

const ports = { server: 8081 };

/** Draws charts for reports; run only where the spec asks for it. */
export const echartsSsr = defineComponent({
  type: "echarts-ssr",
  specKey: "echartsSSR",
  statusKey: "echarts",
  products: ["FullStack", "CMP", "Edge"],
  editions: ["ee"],
  spec: deploymentSpec({ name: "echarts-ssr", tag: "v0.0.6" }, { disable: defaulted(flag("Do not run it."), true) }),
  registration: {
    service: "echarts-ssr",
    type: "echarts-ssr",
    interfaces: ["internal"],
    getUrl: (s) => `http://${nameOf(s)}.${s.cluster.namespace}.svc:${ports.server}`,
  },

  getServices: (s) => [internalService(s, ports)],
  getDeployment: (s) => deployment(s, { containers: [{ command: undefined, ports }] }),
});
