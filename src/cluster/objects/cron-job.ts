import type { KubeObject } from "../../kube/object.ts";
import type { ContainerSpec } from "../api/shapes.ts";
import { defaultTolerations } from "../api/shapes.ts";
import type { Scope } from "../api/scope.ts";
import { nameOf } from "../api/scope.ts";
import { metadata } from "./metadata.ts";
import type { Pod, PodSpec } from "./pod.ts";
import { podTemplate } from "./pod.ts";

/** The CronJob of a component; its pods run anywhere and are tried again when they fail. */
export function cronJob(s: Scope<ContainerSpec & Partial<PodSpec>>, schedule: string, pod: Pod): KubeObject {
  const spec: PodSpec = { nodeSelector: {}, tolerations: defaultTolerations, ...s.spec };
  const template = podTemplate({ ...s, spec }, nameOf(s), { limited: false, boundToNode: true, ...pod });
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadata(s, nameOf(s)),
    spec: {
      schedule,
      concurrencyPolicy: "Forbid",
      jobTemplate: { spec: { template: { ...template, spec: { ...template.spec, restartPolicy: "OnFailure" } } } },
    },
  };
}
