import type { KubeObject } from "../../kube/object.ts";
import { certificatesName } from "../api/names.ts";
import { metadata } from "./metadata.ts";
import type { Scope } from "../api/scope.ts";
import { nameOf } from "../api/scope.ts";

/** Where an Ingress sends requests: a path on any host, to a port of the component's Service. */
export interface Route {
  readonly path: string;
  readonly port: number;
  /** What the Service speaks on that port. */
  readonly protocol: "HTTP" | "HTTPS";
  /** More settings of the NGINX ingress controller: the part of an annotation's key behind the slash, and its value. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The Ingress of a component: on the host, by the class and with the certificate that the spec names. */
export function ingress(s: Scope, route: Route): KubeObject {
  const { className, host, tlsSecretName, annotations } = s.cluster.platform.ingress;
  const settings = Object.entries({ "backend-protocol": route.protocol, ...route.settings });
  const backend = { service: { name: nameOf(s), port: { number: route.port } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      ...metadata(s, nameOf(s)),
      annotations: {
        ...Object.fromEntries(settings.map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value])),
        ...annotations,
      },
    },
    spec: {
      ...(className !== undefined && { ingressClassName: className }),
      rules: [
        { ...(host !== undefined && { host }), http: { paths: [{ path: route.path, pathType: "Prefix", backend }] } },
      ],
      tls: [
        { ...(host !== undefined && { hosts: [host] }), secretName: tlsSecretName ?? certificatesName(s.cluster.name) },
      ],
    },
  };
}
