import type { Json, JsonObject, Meant, Rule } from "./field.ts";
import {
  choice,
  defaulted,
  flag,
  forced,
  formedText,
  ignored,
  integer,
  list,
  nullable,
  open,
  port,
  secretText,
  struct,
  text,
  textMap,
} from "./field.ts";
import { imageText } from "./image-reference.ts";
import { engines, products } from "./names.ts";
import type { Opaque } from "./shapes.ts";

function databaseServer(description: string, username: string, number: number) {
  return struct(description, {
    host: text("Host name or address."),
    port: defaulted(port("Port; the usual one when 0."), number),
    username: defaulted(text("User that may create databases and users."), username),
    password: secretText("Password of that user."),
  });
}

/** Regions and zones stand in names, URLs and files. */
const placeName = { pattern: "^[A-Za-z0-9._-]*$", remedy: "write letters, digits, . _ and -" };

/** Names that Kubernetes makes of DNS labels, and a host of an Ingress, whose first label may be a star; or nothing. */
const dnsName = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const objectName = { pattern: `^(${dnsName})?$`, remedy: "write small letters, digits, - and ." };
const hostName = {
  pattern: `^((\\*\\.)?${dnsName})?$`,
  remedy: "write a host name alone, such as cloud.example.com or *.example.com, without https:// and without a port",
};

/** The fields of the spec that concern the platform as a whole. */
export const platformFields = {
  productVersion: defaulted(choice("Product to install; decides which components run.", products), "FullStack"),
  version: defaulted(imageText("version", "Tag of the service images."), "latest"),
  imageRepository: defaulted(
    imageText("repository", "Registry and path of all images."),
    "registry.hub.docker.com/yunion",
  ),
  imagePullSecrets: list(
    "Secrets of the namespace with which all images are pulled.",
    struct("", { name: formedText("Name of a Secret.", objectName) }),
  ),
  useHyperImage: flag("Run most services from one common image."),
  region: defaulted(formedText("Region of the platform.", placeName), "region0"),
  zone: defaulted(formedText("First zone of the region.", placeName), "zone0"),
  customZones: list("Zones beside the first one.", formedText("Name of a zone.", placeName)),
  loadBalancerEndpoint: text("Host name or address under which users reach the platform."),
  certSANs: list("Further names and addresses of the service certificate.", text("A DNS name or an address.")),
  db_engine: choice("Database engine of every component that names none.", engines, true),
  mysql: databaseServer("MySQL or MariaDB server.", "root", 3306),
  clickhouse: databaseServer("ClickHouse server, used in edition ee.", "default", 9000),
  dameng: databaseServer("Dameng server.", "sysdba", 5236),
  disableResourceManagement: flag("Set no CPU and memory limits or requests on any pod."),
  disableLocalVpc: forced(flag("Run without the local virtual network; always so in LightEdge."), ({ siblings }) =>
    siblings["productVersion"] === "LightEdge" ? true : undefined,
  ),
  enableCloudNet: flag("Run the component cloudnet."),
  enableS3Gateway: flag("Run the component s3gateway."),
  ipv6Cluster: flag("Listen on IPv6 addresses too."),
  stopServices: flag(
    "Stop all services and keep their data, as the older operator does with -stop-services: pods go, but for those of ovn-north and host; Services, Ingresses, option files and claims stay.",
  ),
  disableNodeSelectorController: flag(
    "Let the platform's services run on any node, with or without the label onecloud.yunion.io/controller=enable, as the older operator does with -disable-node-selector-controller.",
  ),
  ingress: struct("The Ingresses of the web front and of aiproxy.", {
    unmanaged: flag(
      "Neither make, change nor remove Ingresses, as the older operator does with -disable-sync-ingress.",
    ),
    className: formedText("Class of the ingress controller that serves them; the default one when empty.", objectName),
    host: formedText("Host name that they answer to, `cloud.example.com`; any when empty.", hostName),
    tlsSecretName: formedText(
      "Secret with the certificate that users see; that of the platform when empty.",
      objectName,
    ),
    annotations: textMap("Annotations laid over those of the operator."),
  }),
  etcd: struct("The platform's etcd.", {
    disable: flag("Run no etcd."),
    enableTls: nullable(flag("Speak TLS; on unless false.")),
    clientNodePort: integer("Port on every node; 30379 when 0.", { minimum: 0, maximum: 65535 }),
    size: integer("Number of members.", { minimum: 0 }),
    version: imageText("tag", "Version of etcd."),
    repository: imageText("repository", "Registry and path of its image."),
    etcdBackendQuotaSize: nullable(integer("Quota in MiB, counted above 128.")),
    pod: open<Opaque>("Policy of its pods.", { type: "object", nullable: true }),
    paused: ignored(flag("")),
    TLS: ignored(open<Opaque>("", { type: "object", nullable: true })),
    createdSecrets: ignored(nullable(flag(""))),
  }),
  services: ignored(list("", struct("", { name: text(""), type: text("") }))),
  minio: struct("MinIO of the system Kubernetes cluster.", {
    enable: flag("Install it."),
    mode: text("standalone or distributed; chosen by the number of nodes when empty."),
  }),
  deletionPolicy: defaulted(
    choice(
      "What becomes of the data when this cluster is deleted. Retain leaves claims, credentials and CA, and a cluster of the same name takes them up again; Delete deletes them for good, once all pods are gone.",
      ["Retain", "Delete"],
    ),
    "Retain",
  ),
  optionFiles: struct("Where the option files of the services are kept.", {
    storage: defaulted(
      choice("Secret keeps files that hold a credential in Secrets; ConfigMap keeps all in ConfigMaps.", [
        "Secret",
        "ConfigMap",
      ]),
      (context) => context.storage,
    ),
  }),
} as const;

/** The platform-wide part of the spec as meant. */
export type PlatformSpec = Meant<typeof platformFields>;

function section(value: JsonObject, key: string): JsonObject {
  return (value[key] ?? {}) as JsonObject;
}

function given(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== "";
}

/** Rules over the spec as a whole. */
export const platformRules: readonly Rule[] = [
  {
    cel: "(has(self.db_engine) && self.db_engine == 'dameng') || (has(self.mysql) && has(self.mysql.host) && self.mysql.host != '')",
    message: "spec.mysql.host is missing: name the host of the MySQL server, or set db_engine to dameng",
    holds: (spec) => spec["db_engine"] === "dameng" || given(section(spec, "mysql")["host"]),
  },
  {
    cel: "!(has(self.db_engine) && self.db_engine == 'dameng') || (has(self.dameng) && has(self.dameng.host) && self.dameng.host != '')",
    message: "spec.dameng.host is missing: db_engine is dameng, so name the host of the Dameng server",
    holds: (spec) => spec["db_engine"] !== "dameng" || given(section(spec, "dameng")["host"]),
  },
];
