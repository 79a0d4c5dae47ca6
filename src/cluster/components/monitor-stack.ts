import { choice, defaulted, flag, integer, nullable, secretText, struct, text } from "../api/field.ts";
import { defineComponent } from "./component.ts";

function objectStore(bucket: string) {
  return struct("Where objects are kept; in the MinIO of the monitor stack unless keys are given.", {
    bucket: defaulted(text("Bucket."), bucket),
    endpoint: text("Host and port."),
    accessKey: text("Access key."),
    secretKey: secretText("Secret key."),
    secure: flag("Speak HTTPS."),
  });
}

const oauth = struct("Login by way of another service.", {
  enabled: flag("Offer it."),
  clientId: text("Id of Grafana there."),
  clientSecret: secretText("Its secret."),
  scopes: defaulted(text("What is asked for."), "user"),
  authURL: text("Where users log in."),
  tokenURL: text("Where tokens are fetched."),
  apiURL: text("Where users are looked up."),
  allowedDomains: text("Domains of users who may log in."),
  allowSignUp: flag("Make users that are new."),
  roleAttributePath: defaulted(
    text("Expression for the role of a user."),
    "projectName == 'system' && contains(roles, 'admin') && 'Admin' || 'Editor'",
  ),
});

const grafana = struct("Dashboards.", {
  disable: flag("Do not run it."),
  adminUser: defaulted(text("Name of its administrator."), "admin"),
  adminPassword: secretText("Password of its administrator; generated when empty."),
  host: text("Host name under which users reach it."),
  enforceDomain: flag("Refuse requests for other host names."),
  disableSubpath: flag("Serve it at the root of its host."),
  subpath: defaulted(text("Path under which it is served."), "grafana"),
  oauth,
  dbEngine: text("Database; one of its own in MySQL when empty or mysql."),
});

/** Logs and measurements of the platform itself. The platform's service for Kubernetes installs it, so nothing here makes objects. */
export const monitorStack = defineComponent({
  type: "monitor-stack",
  configKey: "grafana",
  spec: struct("Logs and measurements of the platform itself.", {
    disable: defaulted(flag("Do not install it; what is installed stays."), false),
    minio: struct("Its MinIO.", {
      mode: choice("Chosen by the number of nodes when empty.", ["standalone", "distributed"], true),
      accessKey: defaulted(text("Access key."), "monitor-admin"),
      secretKey: secretText("Secret key; generated when empty."),
    }),
    grafana,
    loki: struct("Logs.", {
      disable: flag("Do not run it."),
      objectStoreConfig: objectStore("loki"),
      retentionDays: integer("Days for which logs are kept; 7 when 0.", { minimum: 0 }),
    }),
    prometheus: struct("Measurements.", {
      disable: defaulted(nullable(flag("Do not run it.")), true),
      thanosSidecar: struct("Hands measurements on.", { objectStoreConfig: objectStore("thanos") }),
    }),
    thanos: struct("Old measurements.", { objectStoreConfig: objectStore("thanos") }),
  }),
  products: ["FullStack", "CMP", "Edge", "AI"],
  isExcluded: () => "the operator does not call the platform's service for Kubernetes yet, which would install it",
  after: ["keystone", "kubeserver"],
  database: { name: "grafana", clickhouse: false },
});
