import type { KubeObject } from "../../kube/object.ts";
import type { JsonObject } from "../api/field.ts";
import { labelKeys } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";
import { labelsOf, nameOf } from "../api/scope.ts";

/**
 * The read-only copies of a component's Deployment, and the Service that reaches them inside the cluster: what runs
 * beside the first Deployment while `slave_replicas` is above 0.
 */
export function readOnlyTwin(s: Scope, wanted: readonly KubeObject[]): readonly KubeObject[] {
  const { slave_replicas: replicas = 0 } = s.spec as { readonly slave_replicas?: number };
  if (replicas <= 0) return [];
  return wanted.flatMap((object) => {
    if (object.kind === "Deployment") return [twinDeployment(s, object, replicas)];
    return object.kind === "Service" ? [twinService(s, object)] : [];
  });
}

function twinLabels(s: Scope): Record<string, string> {
  const type = `${s.component.type}-slave`;
  return { ...labelsOf(s), [labelKeys.component]: type, [labelKeys.app]: type, [labelKeys.readOnly]: "true" };
}

function twinDeployment(s: Scope, object: KubeObject, replicas: number): KubeObject {
  const { template, ...spec } = object["spec"] as { readonly template: JsonObject };
  const { initContainers: _, containers, ...pod } = template["spec"] as JsonObject;
  const [first, ...others] = containers as unknown as readonly { readonly command: readonly string[] }[];
  const main = { ...first, command: [...(first?.command ?? []), "--is-slave-node"] };
  const labels = twinLabels(s);
  return {
    ...object,
    metadata: { ...object.metadata, name: `${nameOf(s)}-slave`, labels },
    spec: {
      ...spec,
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { ...(template["metadata"] as JsonObject), labels },
        spec: { ...pod, containers: [main, ...others] },
      },
    },
  };
}

function twinService(s: Scope, object: KubeObject): KubeObject {
  const { ports } = object["spec"] as { readonly ports: readonly JsonObject[] };
  const labels = twinLabels(s);
  return {
    ...object,
    metadata: { ...object.metadata, name: `${nameOf(s)}-slave`, labels },
    spec: { type: "ClusterIP", ports: ports.map(({ nodePort: _nodePort, ...port }) => port), selector: labels },
  };
}
