import { ignoring } from "../api/field.ts";
import { serviceImage } from "../api/image.ts";
import { labelKeys } from "../api/names.ts";
import { listenPort, zoneOf } from "../api/scope.ts";
import { requestsWithVolume, statefulDeploymentSpec, zoneFields } from "../api/shapes.ts";
import { isLocal } from "../objects/claim.ts";
import { apartFrom } from "../objects/placement.ts";
import { hostPath } from "../objects/volumes.ts";
import { deployment } from "../objects/workloads.ts";
import { accountOptions, baseOptions } from "../options/groups.ts";
import { defineComponent } from "./component.ts";

/** Size of the volume that it once had. */
const onceKept = "30G";

/** Speaks with the vCenters and ESXi hosts of a zone. */
export const esxiAgent = defineComponent({
  type: "esxi-agent",
  specKey: "esxiagent",
  statusKey: "esxiagent",
  configKey: "esxiagent",
  labels: { [labelKeys.hostDeployer]: "" },
  spec: statefulDeploymentSpec(serviceImage("esxi-agent"), onceKept, {
    ...zoneFields(),
    requests: ignoring(requestsWithVolume(onceKept), { storage: "it keeps no volume any more" }),
  }),
  products: ["FullStack", "CMP", "Edge"],
  perZone: true,
  after: ["keystone", "region"],
  port: 30883,
  account: "esxiagent",

  getOptions: (s) => ({
    ...baseOptions(s, listenPort(s)),
    ...accountOptions(s),
    listen_interface: "eth0",
    zone: zoneOf(s),
  }),
  getDeployment: (s) =>
    deployment(s, {
      containers: [{ ports: { api: listenPort(s) }, privileged: true, mounts: nodeDirectories }],
      affinity: apartFrom("esxi-agent"),
      recreate: !isLocal(s),
    }),
});

const nodeDirectories = [
  hostPath("opt-cloud", "/opt/cloud", { type: "DirectoryOrCreate", propagation: "Bidirectional" }),
  hostPath("run", "/var/run", { type: "Directory" }),
];
