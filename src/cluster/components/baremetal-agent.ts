import { ignoring } from "../api/field.ts";
import { baremetalNodeLabel } from "../api/names.ts";
import { listenPort, zoneOf } from "../api/scope.ts";
import { statefulDeploymentSpec, zoneFields } from "../api/shapes.ts";
import { claim, claimed } from "../objects/claim.ts";
import { apartFrom } from "../objects/placement.ts";
import { deployment } from "../objects/workloads.ts";
import { accountOptions, baseOptions } from "../options/groups.ts";
import { defineComponent } from "./component.ts";

/** Manages the bare machines of a zone; it runs as soon as a node is marked that reaches them. */
export const baremetalAgent = defineComponent({
  type: "baremetal-agent",
  specKey: "baremetalagent",
  statusKey: "baremetalagent",
  configKey: "baremetal",
  spec: ignoring(statefulDeploymentSpec({ name: "baremetal-agent" }, "100G", zoneFields()), {
    replicas: "it runs as soon as a node has onecloud.yunion.io/baremetal=enable",
  }),
  products: ["FullStack", "Edge"],
  perZone: true,
  after: ["keystone", "region"],
  port: 8879,
  account: "baremetal",
  registration: { service: "baremetal", type: "baremetal", interfaces: [] },

  getOptions: (s) => ({
    ...baseOptions(s, listenPort(s)),
    ...accountOptions(s),
    auto_register_baremetal: false,
    default_ipmi_password: s.credentials.baremetal.ipmiPassword,
    linux_default_root_user: true,
    zone: zoneOf(s),
  }),
  getClaims: (s) => [claim(s)],
  getDeployment: (s) =>
    deployment(s, {
      containers: [{ privileged: true, mounts: [claimed(s, "opt", "/opt/cloud/workspace")] }],
      namespaces: ["network"],
      nodes: [baremetalNodeLabel],
      affinity: apartFrom("baremetal-agent"),
    }),
});
