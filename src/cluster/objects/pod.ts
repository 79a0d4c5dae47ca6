import { createHash } from "node:crypto";
import type { ObjectMeta } from "../../kube/object.ts";
import type { Json, JsonObject } from "../api/field.ts";
import { annotationKeys, operatorName } from "../api/names.ts";
import type { ContainerSpec, Toleration } from "../api/shapes.ts";
import type { CredentialVariable } from "./credential-variable.ts";
import { credentialVariable } from "./credential-variable.ts";
import { optionFileVolume } from "./option-file.ts";
import type { Placement, PlacementSpec } from "./placement.ts";
import { namespacesOf, nodesOf } from "./placement.ts";
import type { ResourceSpec } from "./resources.ts";
import { resourcesOf } from "./resources.ts";
import type { Scope } from "../api/scope.ts";
import { podLabelsOf } from "../api/scope.ts";
import type { Mounted } from "./volumes.ts";
import { certificates } from "./volumes.ts";

/** The part of a spec that says where and how pods run, whatever the workload. */
export interface PodSpec extends ContainerSpec, PlacementSpec {
  readonly tolerations: readonly Toleration[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly dnsConfig?: JsonObject;
}

/** One container, as far as it differs from the usual one of its component. */
export interface Container {
  /** The type of the component when left out. */
  readonly name?: string;
  /** Image, pull policy and resources; those of the component when left out. */
  readonly spec?: ContainerSpec;
  /** `/opt/yunion/bin/<type> --config <file>` when left out; `undefined` keeps the one of the image. */
  readonly command?: readonly string[] | undefined;
  readonly args?: readonly string[];
  readonly ports?: Readonly<Record<string, number>>;
  readonly env?: readonly JsonObject[];
  /** Variables that hold a credential; pods restart when one changes. */
  readonly credentials?: readonly CredentialVariable[];
  readonly readinessProbe?: JsonObject;
  readonly livenessProbe?: JsonObject;
  readonly startupProbe?: JsonObject;
  readonly workingDir?: string;
  readonly privileged?: boolean;
  /** Capabilities of Linux beside the usual ones, `NET_ADMIN`. */
  readonly capabilities?: readonly string[];
  /** Volumes of this container alone, after those of the pod. */
  readonly mounts?: readonly Mounted[];
  /** A container that sees no volume of the pod. */
  readonly bare?: boolean;
}

/** A pod, as far as it differs from the usual one. */
export interface Pod extends Placement {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  /** Volumes that every container mounts, beside certificates and option file. */
  readonly mounts?: readonly Mounted[];
  /** Whether it sees the platform's certificates; it does unless this says `false`. */
  readonly certificates?: boolean;
  /** Whether the service talks to the Kubernetes API as the platform's own account. */
  readonly serviceAccount?: boolean;
  readonly automountServiceAccountToken?: boolean;
  /** Class of pods that the node keeps running when others have to go. */
  readonly priorityClassName?: string;
  readonly terminationGracePeriodSeconds?: number;
  /** Whether containers get computed limits. */
  readonly limited?: boolean;
}

/** The pod template of a workload. */
export function podTemplate(
  s: Scope<PodSpec>,
  workload: string,
  pod: Pod,
): { readonly metadata: Partial<ObjectMeta>; readonly spec: JsonObject } {
  const annotations = { ...s.spec.annotations, ...configChecksum(s, pod) };
  return {
    metadata: {
      labels: podLabelsOf(s),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: {
      tolerations: s.spec.tolerations as Json,
      ...nodesOf(s, pod),
      ...identity(s, pod),
      ...contents(s, workload, pod),
    },
  };
}

/** What pods read only at their start, so that a change of it restarts them. */
function configChecksum(s: Scope, pod: Pod): Record<string, string> {
  const values = pod.containers.flatMap(({ credentials = [] }) => credentials.map(({ value }) => value));
  const read = [...(s.file === undefined ? [] : [s.file.text]), ...values];
  if (read.length === 0) return {};
  return { [annotationKeys.configChecksum]: createHash("sha256").update(read.join("\0")).digest("hex") };
}

function contents(s: Scope<PodSpec>, workload: string, pod: Pod): JsonObject {
  const own = [
    ...(pod.certificates === false ? [] : [certificates(s)]),
    ...(s.file === undefined ? [] : [optionFileVolume(s, s.file)]),
  ];
  const shared = inside(own, pod.mounts ?? []);
  const init = pod.initContainers ?? [];
  const limited = (name: string, spec: ResourceSpec): JsonObject =>
    pod.limited === false ? {} : { resources: resourcesOf(s, workload, { name, spec }) };
  const containers = pod.containers.map((part) => ({
    ...containerOf(s, part, shared),
    ...limited(part.name ?? s.component.type, part.spec === undefined ? s.spec : resourcesBeside(s.spec, part.spec)),
  }));
  const volumes = [...shared, ...[...pod.containers, ...init].flatMap((part) => part.mounts ?? [])];
  return {
    containers,
    ...(init.length > 0 && { initContainers: init.map((part) => containerOf(s, part, shared)) }),
    volumes: unique(volumes),
  };
}

/** What `own` lies in comes before it, as a directory of the node before what is mounted inside; all others come after. */
function inside(own: readonly Mounted[], mounts: readonly Mounted[]): readonly Mounted[] {
  const holdsOwn = ({ mount: { mountPath } }: Mounted): boolean =>
    own.some(({ mount }) => mount.mountPath.startsWith(`${mountPath}/`));
  return [...mounts.filter(holdsOwn), ...own, ...mounts.filter((one) => !holdsOwn(one))];
}

/** What a further container names itself wins over what its component names for all of them. */
function resourcesBeside(all: ResourceSpec, own: ResourceSpec): ResourceSpec {
  return { requests: { ...all.requests, ...own.requests }, limits: { ...all.limits, ...own.limits } };
}

function unique(volumes: readonly Mounted[]): Json {
  return [...new Map(volumes.map(({ volume }) => [volume.name, volume])).values()];
}

function containerOf(s: Scope<PodSpec>, part: Container, shared: readonly Mounted[]): JsonObject {
  const { image, imagePullPolicy } = part.spec ?? s.spec;
  const mounts = [...(part.bare === true ? [] : shared), ...(part.mounts ?? [])].map(({ mount }) => mount);
  const command = "command" in part ? part.command : serviceCommand(s);
  return {
    name: part.name ?? s.component.type,
    image,
    imagePullPolicy,
    ...given({ command, args: part.args, workingDir: part.workingDir }),
    ...given({ env: environmentOf(s, part), ports: portsOf(part), securityContext: securityOf(part) }),
    ...given({
      startupProbe: part.startupProbe,
      readinessProbe: part.readinessProbe,
      livenessProbe: part.livenessProbe,
    }),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
  };
}

function environmentOf(s: Scope, { env = [], credentials = [] }: Container): Json | undefined {
  const variables = [...env, ...credentials.map((variable) => credentialVariable(s, variable))];
  return variables.length === 0 ? undefined : variables;
}

function portsOf({ ports }: Container): Json | undefined {
  if (ports === undefined) return undefined;
  return Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort, protocol: "TCP" }));
}

function securityOf({ privileged, capabilities }: Container): Json | undefined {
  if (privileged !== true && capabilities === undefined) return undefined;
  return given({ privileged, capabilities: capabilities && { add: capabilities } });
}

/** The usual command line of a service. */
export function serviceCommand(s: Scope, binary = s.component.type): readonly string[] {
  return [`/opt/yunion/bin/${binary}`, "--config", `/etc/yunion/${s.component.type}.conf`];
}

/** The init container that brings the tables of a service's database up to date, and exits. */
export function tableInit(s: Scope): Container {
  return { name: "init", command: [...serviceCommand(s), "--auto-sync-table", "--exit-after-db-init"] };
}

function identity(s: Scope<PodSpec>, pod: Pod): JsonObject {
  return {
    restartPolicy: "Always",
    ...given({ imagePullSecrets: pullSecretsOf(s), dnsConfig: s.spec.dnsConfig }),
    ...(pod.serviceAccount === true && { serviceAccountName: operatorName }),
    ...given({
      automountServiceAccountToken: pod.automountServiceAccountToken,
      priorityClassName: pod.priorityClassName,
      terminationGracePeriodSeconds: pod.terminationGracePeriodSeconds,
    }),
    ...namespacesOf(pod),
  };
}

/** The Secrets of the cluster and those of the component, each once. */
function pullSecretsOf({ cluster, spec }: Scope<PodSpec>): Json | undefined {
  const named = [...(cluster.platform.imagePullSecrets ?? []), ...(spec.imagePullSecrets ?? [])];
  const names = new Set(named.flatMap(({ name = "" }) => (name === "" ? [] : [name])));
  return names.size === 0 ? undefined : [...names].map((name) => ({ name }));
}

/** The entries that have a value. */
function given(entries: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as JsonObject;
}
