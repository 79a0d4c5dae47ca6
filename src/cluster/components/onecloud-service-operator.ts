import type { KubeObject } from "../../kube/object.ts";
import type { Scope } from "../api/scope.ts";
import { ignoring } from "../api/field.ts";
import { unlimitedPods } from "../api/shapes.ts";
import { listenPort, podLabelsOf } from "../api/scope.ts";
import { labelKeys } from "../api/names.ts";
import { service } from "../objects/service.ts";
import { deployment } from "../objects/workloads.ts";
import { authUrl } from "../options/endpoints.ts";
import { cloudServiceSpec } from "./cloud-service.ts";
import { defineComponent } from "./component.ts";

const port = 30885;
const podType = "osOperator";
const managerLabel = { "control-plane": "controller-manager" };

/** Resources of the platform as objects of Kubernetes. */
export const onecloudServiceOperator = defineComponent({
  type: "onecloud-service-operator",
  labels: { [labelKeys.component]: podType, [labelKeys.app]: podType, ...managerLabel },
  products: ["FullStack", "CMP", "Edge"],
  spec: ignoring(cloudServiceSpec({ name: "onecloud-service-operator" }, port, {}), unlimitedPods),
  port,
  account: podType,
  fileAt: { name: "oro.conf", directory: "/etc/yunion" },

  getOptions: (s) => ({
    auth_url: authUrl(s),
    admin_domain: "Default",
    admin_project: "system",
    admin_username: s.config.username,
    admin_password: s.config.password,
    ap_dense: true,
    enable_leader_election: false,
    enable_webhooks: false,
    sync_period: 15,
    webhook_port: 0,
  }),
  getServices: (s) => [selectingPods(s, service(s, { api: { reached: s.spec.service, target: listenPort(s) } }))],
  getDeployment: (s) =>
    deployment(s, {
      initContainers: [{ name: "init", command: ["kubectl", "apply", "-f", "/etc/crds/"], bare: true }],
      containers: [{ name: "manager", command: ["/manager", "--config", "/etc/yunion/oro.conf"] }],
      certificates: false,
      serviceAccount: true,
      limited: false,
    }),
});

/** Its pods carry other labels than its other objects. */
function selectingPods(s: Scope, object: KubeObject): KubeObject {
  const labels = { ...object.metadata.labels, ...managerLabel };
  return {
    ...object,
    metadata: { ...object.metadata, labels },
    spec: { ...Object(object["spec"]), selector: podLabelsOf(s) },
  };
}
