import type { JsonObject } from "../api/field.ts";
import { alsoSpelled, defaulted, integer } from "../api/field.ts";
import { pprofAuthKeyKey } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";
import { servicePort, statefulDeploymentSpec } from "../api/shapes.ts";
import { claim, claimed, isLocal } from "../objects/claim.ts";
import type { Container } from "../objects/pod.ts";
import { service } from "../objects/service.ts";
import { deployment } from "../objects/workloads.ts";
import { defineComponent } from "./component.ts";

const port = 30428;
const retentionDays = 93;

/** Time series of hosts, virtual machines and bills. */
export const victoriaMetrics = defineComponent({
  type: "victoria-metrics",
  spec: statefulDeploymentSpec({ name: "victoria-metrics", tag: "v1.129.1-1" }, "20G", {
    service: servicePort(port),
    retentionPeriodDays: alsoSpelled(
      "rententionPeriodDays",
      defaulted(integer("Days after which points are dropped; 93 when 0.", { minimum: 0 }), retentionDays),
    ),
  }),
  registration: { service: "victoria-metrics", type: "victoria-metrics", interfaces: ["internal", "public"] },

  getClaims: (s) => [claim(s)],
  getServices: (s) => [service(s, { api: { reached: s.spec.service, target: port } })],
  getDeployment: (s) =>
    deployment(s, {
      containers: [
        {
          ...server(s, s.spec.retentionPeriodDays || retentionDays),
          mounts: [claimed(s, "server-volume", "/storage")],
        },
      ],
      automountServiceAccountToken: true,
      // Two servers cannot share the volume.
      recreate: true,
      boundToNode: isLocal(s),
    }),
});

function server(s: Scope, days: number): Container {
  const { pprofAuthKey } = s.credentials.victoriaMetrics;
  return {
    command: undefined,
    args: [...flags(days), ...(s.cluster.platform.ipv6Cluster === true ? ["-enableTCP6"] : [])],
    // Flags may come from the environment (envflag), which keeps the key out of the command line.
    credentials: [{ name: "VM_pprofAuthKey", key: pprofAuthKeyKey, value: pprofAuthKey }],
    ports: { http: port },
    readinessProbe: health({ initialDelaySeconds: 5, periodSeconds: 15, failureThreshold: 3 }),
    livenessProbe: health({ initialDelaySeconds: 30, periodSeconds: 30, failureThreshold: 10 }),
  };
}

function health(times: JsonObject): JsonObject {
  return { httpGet: { path: "/health", port, scheme: "HTTPS" }, successThreshold: 1, timeoutSeconds: 5, ...times };
}

const cipherSuites = [
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
];

function flags(days: number): readonly string[] {
  return [
    `--httpListenAddr=:${port}`,
    "--tls",
    `--tlsCipherSuites=${cipherSuites.join(",")}`,
    "--tlsMinVersion=TLS12",
    "--tlsCertFile=/etc/yunion/pki/service.crt",
    "--tlsKeyFile=/etc/yunion/pki/service.key",
    `--retentionPeriod=${days}d`,
    "--storageDataPath=/storage",
    "--envflag.enable=true",
    "--envflag.prefix=VM_",
    "--loggerFormat=json",
    "--dedup.minScrapeInterval=10s",
    "--influx.databaseNames=telegraf,meter_db,monitor,system,mysql_metrics",
    "--maxLabelsPerTimeseries=60",
  ];
}
