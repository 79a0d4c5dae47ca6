import type { KubeObject } from "../../kube/object.ts";
import type { JsonObject } from "../api/field.ts";
import { labelKeys } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";
import { metadata } from "./metadata.ts";
import { hostnameKey } from "./placement.ts";

/**
 * The objects of a component, with what keeps a workload of several pods up when a node goes: its pods rather run on different nodes,
 * and no more than one of them is evicted at a time. A workload of one pod is left as it is: a budget for it would only stop a
 * node from being drained.
 */
export function redundant(s: Scope, objects: readonly KubeObject[]): readonly KubeObject[] {
  const workloads = objects.filter(hasSeveralPods);
  return [
    ...objects.map((object) => (workloads.includes(object) ? spread(s, object) : object)),
    ...workloads.map((workload) => budget(s, workload)),
  ];
}

interface Replicated {
  readonly replicas?: number;
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly template: JsonObject;
}

function specOf(object: KubeObject): Replicated {
  return object["spec"] as Replicated;
}

function hasSeveralPods(object: KubeObject): boolean {
  if (object.kind !== "Deployment" && object.kind !== "StatefulSet") return false;
  return (specOf(object).replicas ?? 1) > 1;
}

/** Pods of the first zone lack the label of those beside it, so that their selector alone would find the pods of all zones. */
function selectorOf(s: Scope, workload: KubeObject): JsonObject {
  const { matchLabels } = specOf(workload).selector;
  if (s.component.perZone !== true || s.zone !== undefined) return { matchLabels };
  return { matchLabels, matchExpressions: [{ key: labelKeys.zone, operator: "DoesNotExist" }] };
}

function spread(s: Scope, workload: KubeObject): KubeObject {
  const { template, ...spec } = specOf(workload);
  const labelSelector = selectorOf(s, workload);
  const constraint = { maxSkew: 1, topologyKey: hostnameKey, whenUnsatisfiable: "ScheduleAnyway", labelSelector };
  const pod = { ...(template["spec"] as JsonObject), topologySpreadConstraints: [constraint] };
  return { ...workload, spec: { ...spec, template: { ...template, spec: pod } } };
}

function budget(s: Scope, workload: KubeObject): KubeObject {
  const { name, labels = {} } = workload.metadata;
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { ...metadata(s, name), labels },
    spec: { maxUnavailable: 1, selector: selectorOf(s, workload) },
  };
}
