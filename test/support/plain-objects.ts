import type { KubeObject } from "../../src/kube/object.ts";
import { frozen } from "./frozen.ts";

/** The cluster that owns what tests make. */
export const owner = { name: "prod", uid: "cluster-uid" };

const ownerReference = {
  apiVersion: "onecloud.yunion.io/v1alpha1",
  kind: "OnecloudCluster",
  ...owner,
  controller: true,
};
const apiVersions: Readonly<Record<string, string>> = {
  ConfigMap: "v1",
  Secret: "v1",
  Service: "v1",
  PersistentVolumeClaim: "v1",
  Deployment: "apps/v1",
  DaemonSet: "apps/v1",
  CronJob: "batch/v1",
};

/** A small object of the cluster; with `ownerReferences: []` it is nobody's. */
export function plainObject(kind: string, name: string, more: Partial<KubeObject> = {}): KubeObject {
  const { metadata, ...fields } = more;
  return frozen({
    apiVersion: apiVersions[kind] ?? "v1",
    kind,
    metadata: { name, namespace: "onecloud", ownerReferences: [ownerReference], ...metadata },
    ...fields,
  });
}

/** A Deployment of one container; `replicas` and `image` are what tests change. */
export function plainDeployment(name: string, { image = "app:v1", replicas = 1, label = name } = {}): KubeObject {
  const labels = { app: label };
  const template = { metadata: { labels }, spec: { containers: [{ name: "app", image }] } };
  return plainObject("Deployment", name, { spec: { replicas, selector: { matchLabels: labels }, template } });
}

/** The status of a Deployment whose pods all run, at the generation that it has. */
export function rolledOut(live: KubeObject | undefined): KubeObject {
  if (live === undefined) throw new Error("there is no such Deployment");
  const { replicas = 1 } = live["spec"] as { readonly replicas?: number };
  const counts = { replicas, updatedReplicas: replicas, availableReplicas: replicas };
  const conditions = [{ type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" }];
  return { ...live, status: { observedGeneration: live.metadata.generation, ...counts, conditions } };
}
