import type { KubeObject } from "../../kube/object.ts";
import { annotationKeys } from "../api/names.ts";
import { sameQuantity, storedQuantity } from "../api/quantity.ts";

/** Lists whose items Kubernetes tells apart by a key, by the name of their field; in all others the order counts and the list is one value. */
export const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  env: ["name"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  // The key of a port is that of a container or of a Service, whichever the item has.
  ports: ["containerPort", "port", "protocol"],
  imagePullSecrets: ["name"],
  ownerReferences: ["uid"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
};

/** Lists in which nobody else may have an item. */
const ownedWhole = new Set([
  ...["containers", "initContainers", "volumes", "volumeMounts", "env", "ports", "tolerations", "rules"],
]);

/** Maps in which nobody else may have a key: they choose pods and nodes. */
const ownedWholeMaps = new Set(["nodeSelector", "selector"]);

/** Lists whose items say one thing in one of many ways: another key beside the wanted one makes the item useless. */
const oneKeyed = new Set(["env", "volumes"]);

/** Ways in which a probe or a hook may ask; one at most may stand. */
const handlers = ["exec", "grpc", "httpGet", "tcpSocket"];

/** Maps whose values are quantities. */
const quantityMaps = new Set(["limits", "requests"]);

/** Maps in which an empty text is a value; everywhere else the API server drops it. */
const textMaps = new Set(["annotations", "data", "labels", "matchLabels", "nodeSelector", "selector"]);

/** A wanted object as text that is the same for all spellings of its quantities, for a checksum of the wish. */
export function textByValue(wanted: KubeObject): string {
  return JSON.stringify(wanted, (key, value: unknown) => (quantityMaps.has(key) ? quantitiesByValue(value) : value));
}

function quantitiesByValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [
    key,
    isScalar(one) ? storedQuantity(one) : (one as unknown),
  ]);
  return Object.fromEntries(entries) as unknown;
}

/** Something about a live object that is not as wanted. */
export interface Finding {
  /** The way to the value in the words of `fieldsV1`: `f:spec`, `k:{"name":"web"}`, and `i:0` for a place in a list without keys. */
  readonly steps: readonly string[];
  readonly wanted?: unknown;
  readonly live: unknown;
  /** It is not wanted at all, and must go. */
  readonly surplus: boolean;
}

/**
 * What of a live value is not as wanted. Fields that the API server or somebody else added are no finding, save for items
 * of lists that are owned whole, and for fields that cannot stand beside the wanted ones.
 */
export function findings(wanted: unknown, live: unknown): readonly Finding[] {
  return compare(wanted, live, { key: "" });
}

/** Paths of findings as a person writes them, `spec.template.spec.containers[keystone].image`. */
export function pathOf({ steps }: Finding): string {
  const path = steps.map((step) => (step.startsWith("f:") ? `.${step.slice(2)}` : `[${keyIn(step)}]`)).join("");
  return path.startsWith(".") ? path.slice(1) : path;
}

function keyIn(step: string): string {
  if (step.startsWith("i:")) return step.slice(2);
  return Object.values(JSON.parse(step.slice(2)) as Readonly<Record<string, unknown>>).join("/");
}

/** The paths at which a live value is not as wanted. */
export function differences(wanted: unknown, live: unknown): readonly string[] {
  return findings(wanted, live).map(pathOf);
}

interface Place {
  /** Name of the field that holds the value; empty for an item of a list. */
  readonly key: string;
  /** Name of the field above it. */
  readonly parent?: string;
}

/** A pass compares thousands of values, and steps are put together only where one differs. */
type Found = readonly Finding[];

const none: Found = [];

function different(wanted: unknown, live: unknown): Found {
  return [{ steps: [], wanted, live, surplus: false }];
}

function surplus(step: string, live: unknown): Finding {
  return { steps: [step], live, surplus: true };
}

function below(step: string, found: Found): Found {
  return found.length === 0 ? none : found.map((one) => ({ ...one, steps: [step, ...one.steps] }));
}

function compare(wanted: unknown, live: unknown, place: Place): Found {
  if (wanted === undefined) return none;
  if (Array.isArray(wanted)) return compareLists(wanted, live, place);
  if (typeof wanted === "object" && wanted !== null) return compareMaps(wanted as Struct, live, place);
  return isSame(wanted, live, place) ? none : different(wanted, live);
}

function isSame(wanted: unknown, live: unknown, { parent }: Place): boolean {
  if (wanted === live) return true;
  if (wanted === "" && live === undefined) return parent === undefined || !textMaps.has(parent);
  const isQuantity = parent !== undefined && quantityMaps.has(parent);
  return isQuantity && isScalar(wanted) && isScalar(live) && sameQuantity(wanted, live);
}

function isScalar(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

type Struct = Readonly<Record<string, unknown>>;

function compareMaps(wanted: Struct, live: unknown, place: Place): Found {
  if (typeof live !== "object" || live === null || Array.isArray(live)) {
    // The API server drops what is empty.
    const isEmpty = Object.values(wanted).every((value) => value === undefined);
    return isEmpty && live === undefined ? none : different(wanted, live);
  }
  const fields = live as Struct;
  const found = Object.entries(wanted).flatMap(([name, value]) =>
    below(`f:${name}`, compare(value, fields[name], { key: name, parent: place.key })),
  );
  const more = Object.entries(fields).filter((one) => wanted[one[0]] === undefined && isSurplus(one, place, wanted));
  return more.length === 0 ? found : [...found, ...more.flatMap(surplusField)];
}

/** A field of which nothing is wanted; a list item by item, where items have keys. */
function surplusField([name, live]: readonly [string, unknown]): Found {
  const keys = Array.isArray(live) ? mergeKeys[name] : undefined;
  if (keys === undefined) return [surplus(`f:${name}`, live)];
  return below(`f:${name}`, compareByKey([], live as readonly unknown[], { key: name, keys }));
}

/** Whether a field that is not wanted must go: a list that is owned whole, or something that excludes what is wanted. */
function isSurplus([name, live]: readonly [string, unknown], { key, parent = "" }: Place, wanted: Struct): boolean {
  if (Array.isArray(live)) return ownedWhole.has(name);
  if (ownedWholeMaps.has(key)) return true;
  if (key === "annotations") return name === annotationKeys.lastApplied;
  if (key === "" && oneKeyed.has(parent)) return true;
  if (name === "rollingUpdate") return wanted["type"] !== undefined && wanted["type"] !== "RollingUpdate";
  return handlers.includes(name) && handlers.some((other) => wanted[other] !== undefined);
}

function compareLists(wanted: readonly unknown[], live: unknown, place: Place): Found {
  if (!Array.isArray(live)) return wanted.length === 0 && live === undefined ? none : different(wanted, live);
  const keys = mergeKeys[place.key];
  return keys === undefined ? compareWhole(wanted, live, place) : compareByKey(wanted, live, { ...place, keys });
}

function compareWhole(wanted: readonly unknown[], live: readonly unknown[], { key }: Place): Found {
  if (wanted.length !== live.length) return different(wanted, live);
  return wanted.flatMap((item, index) => below(`i:${index}`, compare(item, live[index], { key: "", parent: key })));
}

function compareByKey(
  wanted: readonly unknown[],
  live: readonly unknown[],
  { key, keys }: Place & { readonly keys: readonly string[] },
): Found {
  const items = new Map(live.map((item) => [stepTo(item, keys), item]));
  const found = wanted.flatMap((item) => {
    const step = stepTo(item, keys);
    const it = items.get(step);
    items.delete(step);
    return below(step, compare(item, it, { key: "", parent: key }));
  });
  return ownedWhole.has(key) ? [...found, ...[...items].map(([step, item]) => surplus(step, item))] : found;
}

/** The step to an item of a list with such keys, as `fieldsV1` writes it. */
export function stepTo(item: unknown, keys: readonly string[]): string {
  const fields = item as Struct;
  const values = keys.map((name) => [name, fields[name] ?? (name === "protocol" ? "TCP" : undefined)]);
  return `k:${JSON.stringify(Object.fromEntries(values.filter(([, value]) => value !== undefined)))}`;
}
