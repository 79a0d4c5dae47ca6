import type { KubeObject } from "../../kube/object.ts";
import type { JsonObject } from "../api/field.ts";
import type { ServicePort } from "../api/shapes.ts";
import { metadata } from "./metadata.ts";
import type { Scope } from "../api/scope.ts";
import { labelsOf, nameOf } from "../api/scope.ts";

/** One port of a Service: where the spec says it is reached, and the port of the container behind it. */
export interface PortPair {
  readonly reached: ServicePort;
  readonly target: number;
}

/**
 * The Service of a component. `decisive`, the first port when left out, decides whether all are reached from
 * outside: by the same number on every node as inside, so that one address works everywhere.
 */
export function service(
  s: Scope,
  ports: Readonly<Record<string, PortPair>>,
  decisive = Object.values(ports)[0],
): KubeObject {
  const pairs = Object.entries(ports);
  const internal = decisive?.reached.internalOnly === true;
  return serviceOf(s, {
    type: internal ? "ClusterIP" : "NodePort",
    ports: pairs.map(([name, { reached, target }]) => ({
      name,
      port: reached.nodePort,
      protocol: "TCP",
      targetPort: target,
      ...(!internal && { nodePort: reached.nodePort }),
    })),
  });
}

/** A Service reached inside the cluster only, on the ports of its containers. */
export function internalService(s: Scope, ports: Readonly<Record<string, number>>): KubeObject {
  return serviceOf(s, {
    type: "ClusterIP",
    ports: Object.entries(ports).map(([name, port]) => ({ name, port, protocol: "TCP", targetPort: port })),
  });
}

/** A Service without an address of its own that only gives the pods names. */
export function headlessService(s: Scope): KubeObject {
  return serviceOf(s, { clusterIP: "None" });
}

function serviceOf(s: Scope, spec: JsonObject): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(s, nameOf(s)),
    spec: { ...spec, selector: labelsOf(s) },
  };
}
