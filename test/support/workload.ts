import type { KubeObject } from "../../src/kube/object.ts";

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
}

interface PodTemplate {
  readonly template: {
    readonly spec: { readonly containers: readonly Container[]; readonly initContainers?: readonly Container[] };
  };
}

/** The containers of a workload, init containers first. */
export function containersIn(workload: KubeObject): readonly Container[] {
  const spec = workload["spec"] as PodTemplate & { readonly jobTemplate?: { readonly spec: PodTemplate } };
  const { containers, initContainers = [] } = (spec.jobTemplate?.spec ?? spec).template.spec;
  return [...initContainers, ...containers];
}

/** The images of all workloads among the objects, by kind, name and container, `Deployment prod-web/web`. */
export function imagesIn(objects: ReadonlyMap<string, KubeObject>): Readonly<Record<string, string>> {
  const workloads = [...objects].filter(([, { kind }]) => /^(Deployment|StatefulSet|DaemonSet|CronJob)$/.test(kind));
  const images = workloads.flatMap(([label, object]) =>
    containersIn(object).map(({ name, image }) => [`${label}/${name}`, image] as const),
  );
  return Object.fromEntries(images);
}

/** The values of a Secret or ConfigMap as text. */
export function textsIn(object: KubeObject): Readonly<Record<string, string>> {
  const values = Object.entries((object["data"] ?? {}) as Readonly<Record<string, string>>);
  const isSecret = object.kind === "Secret";
  return Object.fromEntries(
    values.map(([key, value]) => [key, isSecret ? Buffer.from(value, "base64").toString() : value]),
  );
}
