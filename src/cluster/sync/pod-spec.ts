import type { KubeObject } from "../../kube/object.ts";

/** What is looked at in the pods of a workload, as far as it concerns their containers. */
export interface PodContainers {
  readonly [field: string]: unknown;
  readonly containers?: readonly { readonly image?: string }[];
  readonly initContainers?: readonly { readonly image?: string }[];
}

interface Templated {
  readonly template?: { readonly spec?: PodContainers };
}

/** The spec of the pods that an object makes, in a list; nothing for an object that makes none. */
export function podSpecOf(object: KubeObject): readonly PodContainers[] {
  const spec = (object["spec"] ?? {}) as Templated & { readonly jobTemplate?: { readonly spec?: Templated } };
  const pod = (spec.jobTemplate?.spec ?? spec).template?.spec;
  return pod === undefined ? [] : [pod];
}
