import type { OperatorOptions } from "../../src/cluster/operator.ts";
import { type Component, specsOf } from "../../src/cluster/components/component.ts";
import type { KubeObject, ObjectMeta } from "../../src/kube/object.ts";
import { type ControlPlaneAccess, createNamespace, sharedControlPlane } from "./control-plane.ts";
import { clusterManifest, coreComponents, startOperator, type TestOperator, untilDefined } from "./operator.ts";
import { applyObject, type ClusterAt } from "./user.ts";

/** An operator on the shared control plane, with clusters that go when it goes. */
export interface Installation {
  readonly plane: ControlPlaneAccess;
  readonly operator: TestOperator;
  /** Applies a cluster named `prod` in a namespace of its own, with these fields laid over its spec. */
  install(spec?: object, metadata?: Partial<ObjectMeta>): Promise<ClusterAt>;
  /** Removes the clusters, sets their node ports free, and ends the operator. */
  end(): Promise<void>;
}

/** Starts an operator, and resolves when the API server knows what a OnecloudCluster is. */
export async function startInstallation(options: Partial<OperatorOptions> = {}): Promise<Installation> {
  const plane = sharedControlPlane();
  const operator = await startOperator(plane, options);
  await untilDefined(plane);
  const namespaces: string[] = [];
  return {
    plane,
    operator,
    install: async (spec, metadata) => {
      const namespace = await createNamespace(plane, "platform");
      namespaces.push(namespace);
      await applyObject(plane, manifestOf(namespace, spec, metadata));
      return { plane, namespace, name: "prod" };
    },
    end: async () => {
      for (const namespace of namespaces) await removePlatform(plane, namespace);
      await operator.stop();
    },
  };
}

/** The manifest of the cluster `prod` in the namespace, as `install` applies it. */
export function manifestOf(namespace: string, spec: object = {}, metadata: Partial<ObjectMeta> = {}): KubeObject {
  const manifest = clusterManifest("prod", namespace, spec);
  return { ...manifest, metadata: { ...manifest.metadata, ...metadata } };
}

/**
 * Removes the clusters of a namespace and sets their node ports free; the rest of the namespace follows in its own time. From the
 * first moment nothing can be made in it any more, so that no pass that is under way brings a Service back.
 */
export async function removePlatform(plane: ControlPlaneAccess, namespace: string): Promise<void> {
  await plane.kubectl(["delete", "namespace", namespace, "--wait=false"]);
  await plane.kubectl(["delete", "onecloudclusters", "--all", "--namespace", namespace]);
  await plane.kubectl(["delete", "services", "--all", "--namespace", namespace]);
}

/** Specs in which no service of these components is reached from outside: any number of such clusters live side by side. */
export function insideOnly(components = coreComponents): Readonly<Record<string, object>> {
  return servicesAs(components, () => ({ internalOnly: true }));
}

/** Specs in which every service of these components has a node port of its own, counted up from the first. */
export function nodePortsFrom(first: number, components = coreComponents): Readonly<Record<string, object>> {
  return servicesAs(components, (index) => ({ nodePort: first + index }));
}

function servicesAs(
  components: readonly Component[],
  reached: (index: number) => object,
): Readonly<Record<string, object>> {
  const specs = new Map<string, object>();
  for (const [index, { specKey, service }] of serviceFields(components).entries())
    specs.set(specKey, { ...specs.get(specKey), [service]: reached(index) });
  return Object.fromEntries(specs);
}

/** Every field of the spec that says how a service is reached. */
function serviceFields(
  components: readonly Component[],
): readonly { readonly specKey: string; readonly service: string }[] {
  return Object.entries(specsOf(components)).flatMap(([specKey, { fields = {} }]) =>
    Object.entries(fields)
      .filter(([, field]) => field.fields?.["nodePort"] !== undefined)
      .map(([service]) => ({ specKey, service })),
  );
}
