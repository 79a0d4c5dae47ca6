import type { JsonObject } from "../api/field.ts";
import { flag } from "../api/field.ts";
import { serviceImage } from "../api/image.ts";
import { labelKeys } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";
import { listenPort } from "../api/scope.ts";
import { engineField, servicePort, statefulDeploymentSpec } from "../api/shapes.ts";
import { claim, claimed, isLocal } from "../objects/claim.ts";
import { tableInit } from "../objects/pod.ts";
import { service } from "../objects/service.ts";
import { hostPath } from "../objects/volumes.ts";
import { deployment } from "../objects/workloads.ts";
import { serviceOptions } from "../options/groups.ts";
import { apiContainer, usualInterfaces } from "./cloud-service.ts";
import { defineComponent } from "./component.ts";

const imageDirectory = "/opt/cloud/workspace/data/glance";

/** Images of virtual machines. */
export const glance = defineComponent({
  type: "glance",
  labels: { [labelKeys.hostDeployer]: "" },
  spec: statefulDeploymentSpec(serviceImage("glance"), "100G", {
    service: servicePort(30292),
    db_engine: engineField,
    switchToS3: flag("Keep images in the MinIO of namespace onecloud-minio."),
  }),
  port: 30292,
  account: "glance",
  database: { name: "glance", clickhouse: true },
  registration: { service: "glance", type: "image", path: "v1", interfaces: usualInterfaces },
  readOnlyReplicas: true,

  getOptions: (s) => ({
    ...serviceOptions(s),
    auto_sync_table: true,
    filesystem_store_datadir: `${imageDirectory}/images`,
    ...formats(s),
    ...(s.spec.switchToS3 === true && { storage_driver: "s3" }),
  }),
  getClaims: (s) => [claim(s, imageDirectory)],
  getServices: (s) => [service(s, { api: { reached: s.spec.service, target: listenPort(s) } })],
  getDeployment: (s) => {
    const data = s.spec.switchToS3 === true ? [] : [claimed(s, "data", "/data")];
    return deployment(s, {
      initContainers: [tableInit(s)],
      containers: [
        {
          ...apiContainer(listenPort(s), { answersPing: true }),
          privileged: true,
          mounts: [workspace, ...data, ...nodeDirectories],
        },
      ],
      boundToNode: data.length > 0 && isLocal(s),
      recreate: !isLocal(s),
    });
  },
});

/** Images are converted on hosts, except where a CMP has none: it takes them as other clouds do. */
function formats(s: Scope): JsonObject {
  if (s.cluster.platform.productVersion === "CMP") return { target_image_formats: ["qcow2", "vmdk"] };
  return { enable_remote_executor: true };
}

const workspace = hostPath("opt-cloud", "/opt/cloud", { type: "DirectoryOrCreate", propagation: "Bidirectional" });
const nodeDirectories = [
  hostPath("run", "/var/run", { type: "Directory" }),
  hostPath("dev", "/dev", { type: "Directory" }),
];
