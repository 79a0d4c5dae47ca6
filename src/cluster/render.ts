import type { KubeObject } from "../kube/object.ts";
import type { Credentials } from "./api/credentials.ts";
import type { Facts } from "./api/facts.ts";
import type { JsonObject } from "./api/field.ts";
import { components } from "./components/index.ts";
import { credentialNeedsOf, specsOf } from "./components/component.ts";
import { meantCluster } from "./defaults/meant.ts";
import { completeCredentials } from "./prepare/credentials-document.ts";
import { zoneIdsIn } from "./prepare/facts.ts";
import { wantedObjects } from "./sync/wanted.ts";

/** What a rendering without a Kubernetes cluster is told instead. */
export interface RenderInputs {
  /** The credentials document of a cluster of the reference or of ours; what is missing in it gets a name that says so. */
  readonly credentials?: JsonObject;
  /** Surroundings; by default one control-plane node with 8 cores and 32 GiB, and none of the platform's labels, and Kubernetes 1.30. */
  readonly facts?: Partial<Pick<Facts, "kubernetesMinor" | "capacity" | "nodeLabels">>;
}

/** The objects of one component. */
export interface Rendering {
  readonly component: string;
  readonly objects: readonly KubeObject[];
}

const usualSurroundings: Omit<Facts, "zoneIds"> = {
  kubernetesMinor: 30,
  capacity: { cpu: 8, memory: 32 * 1024 ** 3 },
  nodeLabels: [],
  liveClaims: [],
  liveLimits: () => undefined,
  liveReplicas: () => undefined,
};

/** Every object that the cluster wants, by component; the same input gives the same result. Everything in `object` counts as written by a person. */
export function render(object: KubeObject, inputs: RenderInputs = {}): readonly Rendering[] {
  const spec = (object["spec"] ?? {}) as JsonObject;
  const cluster = meantCluster(object, specsOf(components), { spec, storage: "Secret" });
  const credentials = renderCredentials(cluster.specs["keystone"] ?? {}, inputs.credentials);
  const zoneIds = zoneIdsIn(object["status"] ?? {});
  const facts: Facts = { ...usualSurroundings, ...inputs.facts, zoneIds };
  return components.map((component) => ({
    component: component.type,
    objects: wantedObjects(component, { cluster, credentials, facts, components }),
  }));
}

function renderCredentials(keystone: JsonObject, document: JsonObject | undefined): Credentials {
  const completed = completeCredentials(document ?? {}, credentialNeedsOf(components), {
    makePassword: (path) => `generated-${path.replaceAll(".", "-")}`,
    takenOver: document !== undefined,
  });
  const bootstrapPassword =
    (keystone["bootstrapPassword"] as string | undefined) ?? completed.keystone.bootstrapPassword;
  return { ...completed, keystone: { ...completed.keystone, bootstrapPassword } };
}
