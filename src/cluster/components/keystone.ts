import type { DefaultContext, JsonObject } from "../api/field.ts";
import { defaulted, flag, ignoring, secretText, struct, text } from "../api/field.ts";
import { serviceImage } from "../api/image.ts";
import { bootstrapPasswordKey, credentialsName } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";
import { listenPort } from "../api/scope.ts";
import { deploymentSpec, engineField, servicePort } from "../api/shapes.ts";
import { tableInit } from "../objects/pod.ts";
import { ping } from "../objects/probes.ts";
import { service } from "../objects/service.ts";
import { deployment } from "../objects/workloads.ts";
import { baseOptions, databaseOptions } from "../options/groups.ts";
import { defineComponent } from "./component.ts";

const adminPort = 30357;

/** Identity: who may do what, and where every other service is. */
export const keystone = defineComponent({
  type: "keystone",
  spec: deploymentSpec(serviceImage("keystone"), {
    publicService: ignoring(servicePort(30500), { internalOnly: "that of adminService counts" }),
    adminService: servicePort(adminPort),
    disableTLS: flag("Speak plain HTTP."),
    bootstrapPassword: secretText("Password of sysadmin; generated when empty."),
    bootstrapPasswordSecretRef: struct("Secret that holds the password of sysadmin.", {
      name: defaulted(text("Name of the Secret."), (context) => unlessWritten(context, credentialsName(context.name))),
      key: defaulted(text("Key in the Secret."), (context) => unlessWritten(context, bootstrapPasswordKey)),
    }),
    db_engine: engineField,
  }),
  after: [],
  port: 30500,
  database: { name: "keystone", clickhouse: true },
  registration: {
    service: "keystone",
    type: "identity",
    path: "v3",
    interfaces: ["public", "internal", "admin", "slave"],
    reached: "publicService",
  },
  readOnlyReplicas: true,

  getOptions: (s) => ({
    ...withoutTls(s, baseOptions(s, listenPort(s))),
    ...databaseOptions(s),
    admin_port: adminPort,
    bootstrap_admin_user_password: s.credentials.keystone.bootstrapPassword,
    reset_admin_user_password: true,
  }),
  getServices: (s) => {
    const front = { reached: s.spec.publicService, target: listenPort(s) };
    const admin = { reached: s.spec.adminService, target: adminPort };
    return [service(s, { public: front, admin }, admin)];
  },
  getDeployment: (s) =>
    deployment(s, {
      initContainers: [tableInit(s)],
      containers: [{ ports: { public: listenPort(s), admin: adminPort }, readinessProbe: probe(s) }],
    }),
});

/** By itself the service speaks plain HTTP; the files that TLS needs stay named, as for every other service. */
function withoutTls({ spec }: Scope<{ readonly disableTLS?: boolean }>, options: JsonObject): JsonObject {
  const { enable_ssl: _, ...plain } = options;
  return spec.disableTLS === true ? plain : options;
}

/** A password that stands in the spec wins, so nothing then points to another one. */
function unlessWritten({ above }: DefaultContext, value: string): string | undefined {
  return above["bootstrapPassword"] ? undefined : value;
}

function probe(s: Scope<{ readonly disableTLS?: boolean }>): JsonObject {
  return ping(listenPort(s), s.spec.disableTLS === true ? "HTTP" : "HTTPS");
}
