/** Group, version and kind of the custom resource. */
export const group = "onecloud.yunion.io";
export const version = "v1alpha1";
export const apiVersion = `${group}/${version}`;
export const kind = "OnecloudCluster";
export const plural = "onecloudclusters";

/** Name of the cluster that stands for an installation under Docker Compose, where services have the names of their types. */
export const dockerComposeCluster = "docker-compose-cluster";

/** Product versions that a cluster may ask for. */
export const products = ["FullStack", "CMP", "Edge", "LightEdge", "AI"] as const;
export type Product = (typeof products)[number];

/** Those that run virtual machines on hosts of their own. */
export const productsWithHosts: readonly Product[] = products.filter((product) => product !== "CMP");

/** Editions, chosen by the annotation `onecloud.yunion.io/edition`. */
export const editions = ["ce", "ce/support", "ee"] as const;
export type Edition = (typeof editions)[number];

/** Database engines that a service may use. */
export const engines = ["mysql", "dameng"] as const;
export type Engine = (typeof engines)[number];

/** Keys of the labels that the operator writes and selects by. */
export const labelKeys = {
  name: "app.kubernetes.io/name",
  managedBy: "app.kubernetes.io/managed-by",
  instance: "app.kubernetes.io/instance",
  component: "app.kubernetes.io/component",
  app: "app",
  zone: "zone",
  readOnly: "read-only",
  hostDeployer: "onecloud.yunion.io/host-deployer",
} as const;

/** Value of the label `name` on every object, and what instance labels begin with. */
export const applicationName = "onecloud-cluster";

/** Value of the label `managed-by` on every object, and name of the ServiceAccount that clusters of a namespace share. */
export const operatorName = "onecloud-operator";

/** Keys of the annotations that the operator reads or writes; all its own start with the API group. */
export const annotationKeys = {
  edition: `${group}/edition`,
  /** On a cluster: nothing is written for it while this is `"true"`. */
  paused: `${group}/paused`,
  /** On a cluster: asks once to give up fields that hold what nobody asked for, so that they follow their defaults. */
  releaseDefaults: `${group}/release-defaults`,
  /** On every object: checksum of the wish as last applied. */
  wantedChecksum: `${group}/wanted-checksum`,
  /** On pods: checksum of the option files that they mount, so that a change of a file restarts them. */
  configChecksum: `${group}/config-checksum`,
  /** On objects and pods of the reference: what it wrote last, a note that nobody reads any more. */
  lastApplied: `${group}/last-applied-configuration`,
  /** On claims of class local-path: where the volume lies on the node. */
  volumePath: `pvc.${group}/pv-path`,
} as const;

/** Finalizer of clusters whose data is deleted with them. */
export const deletionFinalizer = `${group}/deletion-policy`;

/** Field managers: one for objects, one for what is filled into the spec. */
export const fieldManagers = { objects: "onecloud-operator", defaults: "onecloud-operator-defaults" } as const;

/** A label of nodes. */
export interface NodeLabel {
  readonly key: string;
  readonly value: string;
}

/** Label with which an administrator marks the nodes that run the platform's services. */
export const controllerNodeLabel: NodeLabel = { key: `${group}/controller`, value: "enable" };
/** Label of the nodes that run virtual machines. */
export const hostNodeLabel: NodeLabel = { key: `${group}/host`, value: "enable" };
/** Label of the nodes that balance load for virtual machines. */
export const lbagentNodeLabel: NodeLabel = { key: `${group}/lbagent`, value: "enable" };
/** Label of the nodes that reach the management network of bare machines. */
export const baremetalNodeLabel: NodeLabel = { key: `${group}/baremetal`, value: "enable" };

/** A label as selectors write it, `onecloud.yunion.io/host=enable`. */
export function nodeLabelText({ key, value }: NodeLabel): string {
  return `${key}=${value}`;
}

/** Labels that mark a control-plane node, the newer and the older one. */
export const controlPlaneNodeLabels = [
  "node-role.kubernetes.io/control-plane",
  "node-role.kubernetes.io/master",
] as const;

/** Storage class whose volumes bind a pod to one node. */
export const localPathClass = "local-path";

/** Name of the Secret of a cluster's credentials, and of the ConfigMap in which the reference keeps them. */
export function credentialsName(cluster: string): string {
  return `${cluster}-cluster-config`;
}

/** Key of the credentials document in that Secret. */
export const credentialsKey = "OnecloudClusterConfig";

/**
 * Keys that repeat single values of the document, as variables of containers need them. They follow the document and the
 * spec; the document is the place to choose them.
 */
export const bootstrapPasswordKey = "bootstrapPassword";
export const pprofAuthKeyKey = "pprofAuthKey";

/** Name of the Secret with the platform's CA and service certificate. */
export function certificatesName(cluster: string): string {
  return `${cluster}-certs`;
}

/** `victoria-metrics` becomes `victoriaMetrics`: how a component's type is spelled as a key of JSON. */
export function camelCase(type: string): string {
  return type.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
