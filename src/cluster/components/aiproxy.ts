import type { KubeObject } from "../../kube/object.ts";
import type { JsonObject } from "../api/field.ts";
import type { Scope } from "../api/scope.ts";
import { listenPort, peer } from "../api/scope.ts";
import { ingress } from "../objects/ingress.ts";
import { service } from "../objects/service.ts";
import { changed, serviceOptions } from "../options/groups.ts";
import type { CloudServiceSpec } from "./cloud-service.ts";
import { cloudService } from "./cloud-service.ts";

/** Access key with which the monitor stack's MinIO is installed, and which the service knows without being told. */
const usualAccessKey = "monitor-admin";

/** Language models of other vendors behind one address; what is asked there is kept in the monitor stack's MinIO. */
export const aiproxy = cloudService({
  type: "aiproxy",
  products: ["FullStack", "CMP", "Edge", "AI"],
  port: 31513,
  account: "aiproxy-admin",
  database: { name: "aiproxy", clickhouse: false },
  registration: { service: "aiproxy", type: "aiproxy" },

  getOptions: (s) => ({ ...serviceOptions(s), auto_sync_table: true, ...logStore(s) }),
  getServices: (s) => [annotated(service(s, { api: { reached: s.spec.service, target: listenPort(s) } }))],
  getIngresses: (s) => [ingress(s, route(s))],
});

function logStore(s: Scope): JsonObject {
  const stack = peer(s, "monitorStack");
  if (stack.disable) return {};
  const { accessKey, secretKey } = stack["minio"] as MinioKeys;
  return {
    ...changed({ api_log_s3_access_key: accessKey }, { api_log_s3_access_key: usualAccessKey }),
    api_log_s3_secret_key: secretKey || s.credentials.monitorStack.minioSecretKey,
  };
}

/** The keys of the monitor stack's MinIO as its spec names them. */
interface MinioKeys {
  readonly accessKey: string;
  readonly secretKey?: string;
}

/** Traefik, unlike the NGINX controller, is told at the Service what the service speaks. */
function annotated(object: KubeObject): KubeObject {
  const annotations = { "traefik.ingress.kubernetes.io/service.serversscheme": "https" };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** Answers come in pieces over minutes, so they are handed on as they come in. */
function route({ spec }: Scope<CloudServiceSpec>) {
  return {
    path: "/ai/",
    port: spec.service.nodePort,
    protocol: "HTTPS",
    settings: { "proxy-ssl-verify": "off", "proxy-read-timeout": "600", "proxy-buffering": "off" },
  } as const;
}
