import { isDeepStrictEqual } from "node:util";
import type { Cluster } from "../api/cluster.ts";
import type { DefaultContext, Field, Json, JsonObject } from "../api/field.ts";
import {
  controllerNodeLabel,
  editions,
  hostNodeLabel,
  labelKeys,
  lbagentNodeLabel,
  localPathClass,
} from "../api/names.ts";
import type { NodeLabel } from "../api/names.ts";
import { isUnset } from "./fill.ts";

/** A written field, and what surrounds it. */
export interface Place {
  /** Keys from the spec on, `["keystone", "image"]`. */
  readonly path: readonly string[];
  readonly field: Field;
  readonly value: Json;
  /** The whole spec as written. */
  readonly spec: JsonObject;
  /** What a default of the field follows from; `siblings` is the struct that it stands in, as written. */
  readonly context: DefaultContext;
  /** The limits that most components share, when there are such. */
  readonly commonLimits: JsonObject | undefined;
  readonly controlPlaneNodes: number | undefined;
}

/**
 * Whether the field holds what this operator or the reference puts there unasked: an empty value, a default, what is
 * worked out from the surroundings. It means the same when it is taken out, save that it then follows its source.
 */
export function isUnasked(place: Place): boolean {
  const { field, value, context, path } = place;
  // Decided once: it does not follow anything any more.
  if (path.join(".") === "optionFiles.storage") return false;
  if (isUnset(value) || field.forced?.(context) !== undefined) return true;
  if (field.default === undefined && isZero(place)) return true;
  return isDeepStrictEqual(defaultIn(field, context), value) || isOfReference(place);
}

function defaultIn({ default: value }: Field, context: DefaultContext): unknown {
  return typeof value === "function" ? (value as (context: DefaultContext) => unknown)(context) : value;
}

/** What the reference stores for "nothing said"; a field that may be null says so by null. */
function isZero({ field, value }: Place): boolean {
  const isEmptyMap = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return isEmptyMap || (field.schema["nullable"] !== true && (value === false || value === 0));
}

function isOfReference(place: Place): boolean {
  const keys = [place.path, place.path.slice(-2), place.path.slice(-1)].map((path) => path.join("."));
  if (keys.some((key) => referenceValues[key]?.some((value) => isDeepStrictEqual(value, place.value)))) return true;
  const rule = keys.map((key) => rules[key]).find((found) => found !== undefined);
  return rule?.(place) === true;
}

const only = ({ key, value }: NodeLabel): JsonObject => ({ [key]: value });

/** Constants that the reference stores and that are no default of ours, by the last keys of their paths or the whole path. */
const referenceValues: Readonly<Record<string, readonly Json[]>> = {
  tolerations: [
    ["master", "controlplane"].map((role) => ({ key: `node-role.kubernetes.io/${role}`, effect: "NoSchedule" })),
  ],
  imagePullPolicy: ["IfNotPresent"],
  storageClassName: [localPathClass],
  "requests.cpu": ["10m"],
  "requests.memory": ["10Mi"],
  "regionDNS.nodeSelector": [only(controllerNodeLabel)],
  "hostagent.nodeSelector": [only(hostNodeLabel)],
  "hostimage.nodeSelector": [only(hostNodeLabel)],
  "lbagent.nodeSelector": [only(lbagentNodeLabel)],
  "meter.requests.storage": ["100G"],
  "notify.requests.storage": ["1G"],
  "influxdb.replicas": [1],
  "influxdb.requests.storage": ["20G"],
  "influxdb.service.nodePort": [30086],
  "etcd.version": ["3.5.12"],
  "etcd.clientNodePort": [30379],
};

type Rule = (place: Place) => boolean;

/** What the reference works out, and stores. */
const rules: Readonly<Record<string, Rule>> = {
  // 0 always means 1; the reference stores it beside `disable`.
  replicas: ({ value }) => typeof value === "number" && value <= 0,
  image: isImageByRule,
  "web.imageName": isNameOfSomeEdition,
  affinity: ({ value }) => isComputedAffinity(value as JsonObject),
  "limits.cpu": isCommonLimit,
  "limits.memory": isCommonLimit,
  "regionServer.dnsServer": ({ value, spec }) => value === spec["loadBalancerEndpoint"],
  "etcd.size": ({ value, controlPlaneNodes: nodes }) => nodes !== undefined && value === (nodes < 3 ? 1 : 3),
  "minio.mode": ({ value, controlPlaneNodes: nodes }) =>
    nodes !== undefined && value === (nodes < 3 ? "standalone" : "distributed"),
  "objectStoreConfig.endpoint": ({ context }) => isOwnStore(context.siblings),
  "objectStoreConfig.accessKey": isKeyOfOwnStore,
  "objectStoreConfig.secretKey": isKeyOfOwnStore,
};

/** The rule's image, or that of the name that is stored beside it; containers that nothing runs have no rule. */
function isImageByRule({ field, value, context }: Place): boolean {
  const { imageName, ...siblings } = context.siblings;
  if (field.default === undefined)
    return (value as string).startsWith(`${context.platform["imageRepository"] as string}/`);
  const usual = defaultIn(field, { ...context, siblings });
  const named =
    typeof imageName === "string" && imageName !== "" && (usual as string).replace(/[^/:]+(?=:[^/]*$)/, imageName);
  return value === usual || value === named;
}

/** The reference stores the name that the first edition had, which then outlives a change of the edition. */
function isNameOfSomeEdition({ value }: Place): boolean {
  return editions.some((edition) => value === (edition === "ce" ? "web" : "web-ee"));
}

function isComputedAffinity(affinity: JsonObject): boolean {
  const parts = Object.entries(affinity).filter(([, part]) => part !== null);
  return parts.every(([key, part]) => computedAffinity[key]?.some((one) => isDeepStrictEqual(one, part)));
}

const onNodes = ({ key, value }: NodeLabel): JsonObject => ({
  requiredDuringSchedulingIgnoredDuringExecution: {
    nodeSelectorTerms: [{ matchExpressions: [{ key, operator: "In", values: [value] }] }],
  },
});

const podTerm = (matchLabels: JsonObject): JsonObject => ({
  labelSelector: { matchLabels },
  topologyKey: "kubernetes.io/hostname",
});

const computedAffinity: Readonly<Record<string, readonly JsonObject[]>> = {
  nodeAffinity: [onNodes(controllerNodeLabel)],
  podAntiAffinity: ["esxi-agent", "baremetal-agent"].map((app) => ({
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: podTerm({ app }) }],
  })),
  podAffinity: [{ requiredDuringSchedulingIgnoredDuringExecution: [podTerm({ [labelKeys.hostDeployer]: "" })] }],
};

function isCommonLimit({ commonLimits, context }: Place): boolean {
  return commonLimits !== undefined && isDeepStrictEqual(context.siblings, commonLimits);
}

function isOwnStore({ endpoint }: JsonObject): boolean {
  return typeof endpoint === "string" && endpoint.startsWith("monitor-minio.onecloud-monitoring:");
}

function isKeyOfOwnStore({ path, value, spec, context }: Place): boolean {
  const { minio } = (spec["monitorStack"] ?? {}) as { readonly minio?: JsonObject };
  return isOwnStore(context.siblings) && value === minio?.[path.at(-1) ?? ""];
}

/** The limits that more than half of all components name, as each of them has them; `undefined` when there are no such. */
export function commonLimitsOf(spec: JsonObject, { specs }: Pick<Cluster, "specs">): JsonObject | undefined {
  const all = Object.keys(specs).map((key) => (spec[key] as JsonObject | undefined)?.["limits"] as JsonObject);
  const named = all.filter((limits) => limits?.["cpu"] !== undefined && limits["memory"] !== undefined);
  const alike = Object.values(Object.groupBy(named, (limits) => JSON.stringify([limits["cpu"], limits["memory"]])));
  const [most = []] = alike.toSorted((a = [], b = []) => b.length - a.length);
  return most.length > all.length / 2 ? most[0] : undefined;
}
