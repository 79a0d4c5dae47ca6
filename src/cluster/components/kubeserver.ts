import { serviceImage } from "../api/image.ts";
import { listenPort } from "../api/scope.ts";
import { serviceOptions } from "../options/groups.ts";
import { cloudService } from "./cloud-service.ts";

/** Kubernetes clusters as resources of the platform. */
export const kubeserver = cloudService({
  type: "kubeserver",
  image: { ...serviceImage("kubeserver"), hyper: false },
  port: 30442,
  account: "kubeserver",
  database: { name: "kubeserver", clickhouse: true },
  registration: { service: "k8s", type: "k8s", path: "api" },
  tables: "init",
  usesEtcd: true,
  serviceAccount: true,

  getOptions: (s) => ({
    ...serviceOptions(s),
    auto_sync_table: true,
    https_port: listenPort(s),
    tls_cert_file: "/etc/yunion/pki/service.crt",
    tls_private_key_file: "/etc/yunion/pki/service.key",
  }),
});
