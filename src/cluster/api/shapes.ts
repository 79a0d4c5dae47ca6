import { affinitySchema, dnsConfigSchema, tolerationSchema } from "./deep.ts";
import type { Field, Fields, Json, Meant } from "./field.ts";
import {
  choice,
  defaulted,
  flag,
  ignored,
  ignoringFields,
  integer,
  list,
  nullable,
  open,
  openItem,
  port,
  quantity,
  struct,
  text,
  textMap,
} from "./field.ts";
import type { ImageRule } from "./image.ts";
import { imageField } from "./image.ts";
import { imageText } from "./image-reference.ts";
import { engines, localPathClass } from "./names.ts";

/** One toleration, as Kubernetes defines it. */
export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** Tolerations of every pod unless the spec names others: the names that distributions give to control-plane nodes. */
export const defaultTolerations: readonly Toleration[] = ["master", "controlplane", "control-plane"].map((role) => ({
  key: `node-role.kubernetes.io/${role}`,
  effect: "NoSchedule",
}));

/** A value of the Kubernetes API that the operator hands on without looking into it. */
export type Opaque = Readonly<Record<string, Json>>;

const [cpu, memory] = [quantity("CPU."), quantity("Memory.")];
const storage = quantity("Size of the volume.");
const noVolume = ignored(storage, "it keeps no volume");
/** A claim asks for a size and knows no limit. */
const limits = struct("CPU and memory.", {
  cpu,
  memory,
  storage: ignored(storage, "a volume is asked for by `requests`"),
});
/** Requests and limits as they count for every container of a Deployment. */
export const resourceFields = { requests: struct("CPU and memory.", { cpu, memory, storage: noVolume }), limits };

const unlimited = "its pods get no requests and limits";
/** Why both are ignored in the others. */
export const unlimitedPods = { requests: unlimited, limits: unlimited } as const;

const imageParts = {
  repository: imageText("repository", "Registry and path."),
  imageName: imageText("name", "Name of the image."),
  tag: imageText("tag", "Tag, digest or both."),
  imagePullPolicy: defaulted(choice("When to pull it.", ["Always", "IfNotPresent", "Never"], true), "IfNotPresent"),
};

/** Fields of every container: its image and its resources. */
export function containerFields(image: ImageRule) {
  return { image: imageField(image), ...imageParts, ...resourceFields };
}

/** A container that specs of the reference carry and nothing runs: accepted as it is, filled in by nobody. */
export function unusedContainerSpec(why?: string) {
  const [image, imagePullPolicy] = [text("Image."), text("When to pull it.")];
  const { repository, imageName, tag } = imageParts;
  return ignored(struct("", { image, imagePullPolicy, repository, imageName, tag, ...resourceFields }), why);
}

/** Spec of a further container beside the one of the component. */
export function containerSpec(
  description: string,
  image: ImageRule,
): Field<Meant<ReturnType<typeof containerFields>>, true> {
  return struct(description, containerFields(image));
}

const placementFields = {
  disable: defaulted(flag("Do not run it; data stays."), false),
  affinity: open<Opaque>("Affinity.", affinitySchema),
  nodeSelector: defaulted(textMap("Labels of its nodes."), {}),
  tolerations: defaulted(list("Tolerations.", openItem<Toleration>("", tolerationSchema)), defaultTolerations),
  annotations: textMap("Pod annotations."),
  imagePullSecrets: list("Secrets for pulling images, beside those of the cluster.", struct("", { name: text("") })),
  options: open<Opaque>("Options laid over the option file.", {
    type: "object",
    nullable: true,
  }),
};

/** DNS settings of the pods. */
export const dnsConfigField = open<Opaque>("DNS settings.", dnsConfigSchema);

const scalingFields = {
  replicas: defaulted(integer("Pods; 0 or less means 1."), 1),
  slave_replicas: integer("Read-only pods.", { minimum: 0 }),
  dnsConfig: dnsConfigField,
};

/** Fields of every component that runs as a Deployment. */
export function deploymentFields(image: ImageRule) {
  return { ...containerFields(image), ...placementFields, ...scalingFields };
}

/** Fields of every component that runs as a DaemonSet. */
export function daemonSetFields(image: ImageRule) {
  return {
    ...ignoringFields(containerFields(image), unlimitedPods),
    ...placementFields,
    updateStrategy: ignored(text(""), "only the host agent has a choice"),
    maxUnavailable: ignored(nullable(integer(""))),
  };
}

/** What specs of the reference carry for a component that keeps no volume. */
export const unusedStorageFields = {
  storageClassName: ignored(text("")),
};

/** Requests with those of a volume, for which `size` is asked unless the spec says otherwise. */
export function requestsWithVolume(size: string) {
  return struct("CPU, memory and storage.", { cpu, memory, storage: defaulted(storage, size) });
}

/** Fields of every component that keeps a volume: `size` is asked for unless the spec says otherwise. */
export function statefulDeploymentFields(image: ImageRule, size: string) {
  return {
    ...deploymentFields(image),
    requests: requestsWithVolume(size),
    storageClassName: defaulted(text("Class of the volume."), localPathClass),
  };
}

/** The same fields, accepted as they are written and filled in by nobody: for what is not run any more. */
export function unfilled(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, unfilledField(field)]));
}

function unfilledField(field: Field): Field {
  const { default: _default, image: _image, ...rest } = field;
  const plain = rest.fields === undefined ? rest : { ...rest, fields: unfilled(rest.fields) };
  return ignored(plain, "it is not run any more");
}

/** Spec of a component that runs as a Deployment, with fields of its own. */
export function deploymentSpec<F extends Fields>(image: ImageRule, more: F, description = "") {
  return struct<DeploymentFields & F>(description, { ...deploymentFields(image), ...more });
}

/** Spec of a component that runs as a Deployment with a volume. */
export function statefulDeploymentSpec<F extends Fields>(image: ImageRule, size: string, more: F) {
  return struct<StatefulDeploymentFields & F>("", { ...statefulDeploymentFields(image, size), ...more });
}

/** Fields of a component that runs in each zone of the region. */
export function zoneFields() {
  return {
    zones: list("Zones to run in, of those of the cluster; in all of them when empty.", text("Name of a zone.")),
  };
}

/** Spec of a component that runs as a DaemonSet. */
export function daemonSetSpec<F extends Fields>(image: ImageRule, more: F) {
  return struct<DaemonSetFields & F>("", { ...daemonSetFields(image), ...more });
}

type DeploymentFields = ReturnType<typeof deploymentFields>;
type DaemonSetFields = ReturnType<typeof daemonSetFields>;
type StatefulDeploymentFields = ReturnType<typeof statefulDeploymentFields>;

/** What the three shapes mean once filled in. */
export type DeploymentSpec = Meant<DeploymentFields>;
export type DaemonSetSpec = Meant<DaemonSetFields>;
export type StatefulDeploymentSpec = Meant<StatefulDeploymentFields>;
export type ContainerSpec = Meant<ReturnType<typeof containerFields>>;

function servicePortFields(number: number) {
  return {
    internalOnly: flag("Not reachable from outside."),
    nodePort: defaulted(port("Port on every node; the usual one when 0."), number),
  };
}

/** How a service is reached; `number` is the port unless the spec names another one. */
export function servicePort(number: number): Field<ServicePort, true> {
  return struct("How it is reached.", servicePortFields(number));
}

export type ServicePort = Meant<ReturnType<typeof servicePortFields>>;

/** Database engine of one component. */
export const engineField = choice("Database engine.", engines, true);
