import type { KubeObject } from "../../kube/object.ts";
import { sameQuantity, storedQuantity } from "../api/quantity.ts";

/**
 * Lists whose items Kubernetes tells apart by a key; in all others the order counts and the list is compared whole.
 * The key of a port is that of a container or of a Service, whichever the item has.
 */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  env: ["name"],
  volumes: ["name"],
  volumeMounts: ["mountPath"],
  ports: ["containerPort", "port", "protocol"],
  imagePullSecrets: ["name"],
  ownerReferences: ["uid"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
};

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

/**
 * The paths at which a live value differs from the wanted one, `spec.template.spec.containers[keystone].image`. Only
 * what is wanted counts: fields that the API server or somebody else added are no difference.
 */
export function differences(wanted: unknown, live: unknown): readonly string[] {
  return compare(wanted, live, { key: "" }).map((path) => (path.startsWith(".") ? path.slice(1) : path));
}

interface Place {
  /** Name of the field that holds the value. */
  readonly key: string;
  /** Name of the field above it. */
  readonly parent?: string;
}

/** The paths of differences, from the value on: a pass compares thousands of values, and paths are put together only where one differs. */
type Paths = readonly string[];

const none: Paths = [];
const here: Paths = [""];

function below(name: string, paths: Paths): Paths {
  return paths.length === 0 ? none : paths.map((path) => `.${name}${path}`);
}

function belowItem(name: string | number, paths: Paths): Paths {
  return paths.length === 0 ? none : paths.map((path) => `[${name}]${path}`);
}

function compare(wanted: unknown, live: unknown, place: Place): Paths {
  if (wanted === undefined) return none;
  if (Array.isArray(wanted)) return compareLists(wanted, live, place);
  if (typeof wanted === "object" && wanted !== null) return compareMaps(wanted, live, place);
  return isSame(wanted, live, place) ? none : here;
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

function compareMaps(wanted: object, live: unknown, { key }: Place): Paths {
  if (typeof live !== "object" || live === null || Array.isArray(live)) {
    // The API server drops what is empty.
    const isEmpty = Object.values(wanted).every((value) => value === undefined);
    return isEmpty && live === undefined ? none : here;
  }
  const fields = live as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).flatMap(([name, value]) =>
    below(name, compare(value, fields[name], { key: name, parent: key })),
  );
}

function compareLists(wanted: readonly unknown[], live: unknown, place: Place): Paths {
  if (!Array.isArray(live)) return wanted.length === 0 && live === undefined ? none : here;
  const keys = mergeKeys[place.key];
  return keys === undefined ? compareWhole(wanted, live, place) : compareByKey(wanted, live, { ...place, keys });
}

function compareWhole(wanted: readonly unknown[], live: readonly unknown[], { key }: Place): Paths {
  if (wanted.length !== live.length) return here;
  return wanted.flatMap((item, index) => belowItem(index, compare(item, live[index], { key: "", parent: key })));
}

function compareByKey(
  wanted: readonly unknown[],
  live: readonly unknown[],
  { key, keys }: Place & { readonly keys: readonly string[] },
): Paths {
  const identity = (item: unknown): string => {
    const fields = item as Readonly<Record<string, string | number | undefined>>;
    return keys.flatMap((name) => (fields[name] === undefined ? [] : [String(fields[name])])).join("/");
  };
  const byIdentity = new Map(live.map((item) => [identity(item), item]));
  return wanted.flatMap((item) => {
    const name = identity(item);
    return belowItem(name, compare(item, byIdentity.get(name), { key: "", parent: key }));
  });
}
