import { load } from "js-yaml";
import type { KubeObject } from "../../src/kube/object.ts";
import { parseCorefile } from "./corefile.ts";
import { isBlock, type NginxDirective, parseNginx } from "./nginx.ts";
import { parseExports, parseProperties } from "./text-file.ts";

/** One place where the wanted objects say something else than the reference. */
export interface Difference {
  readonly kind: string;
  readonly name: string;
  /**
   * Keys joined by dots, `spec.replicas`; what is no plain key stands in brackets: an index, `tolerations[2]`, the name of
   * an item where items have names, `env[OS_USERNAME]`, a longer key, `annotations[example.org/checksum]`.
   * Empty for an object that only one side has.
   */
  readonly path: string;
  /** What the reference says, `undefined` when it says nothing there. */
  readonly expected: unknown;
  /** What is wanted, `undefined` when nothing is. */
  readonly actual: unknown;
}

type Place = Pick<Difference, "kind" | "name" | "path">;

/** A value made ready for comparing. `raw` is what a difference shows. */
type Tree = Leaf | Branch;

interface Leaf {
  readonly form: "leaf";
  readonly raw: unknown;
  readonly value: unknown;
}

interface Branch {
  readonly form: "map" | "block" | "list" | "named" | "ordered";
  readonly raw: unknown;
  readonly items: ReadonlyMap<string, Tree>;
}

/** Lists whose items are told apart by their name, not by their place: in some the order means something too. */
const namedLists: Readonly<Record<string, "named" | "ordered">> = {
  containers: "ordered",
  initContainers: "ordered",
  env: "ordered",
  ports: "ordered",
  volumes: "named",
  volumeMounts: "ordered",
};

/** Parts of an object whose values are quantities: `1024Mi` there equals `1Gi`. */
const quantityMaps = new Set(["limits", "requests"]);

/** Directives of nginx that name what they set by their first argument. */
const settingDirectives = new Set(["add_header", "listen", "proxy_set_header"]);

/** Directives of nginx, and of a Corefile, that are tried or run one after the other. */
const orderedDirectives = new Set(["location", "if", "rewrite", "break", "return", "set", "forward"]);

/**
 * Every difference between the objects of the reference and the wanted ones, object by object in the order of the reference.
 *
 * The order of objects and keys means nothing. Items with names are found by their name; another order of containers,
 * environment values, ports or mounts is one more difference, at the list. Labels, annotations and resources that are missing are none. Quantities are compared by value. The text under `data` of a ConfigMap is
 * compared by what it says: as YAML, properties, a shell file of exports, an nginx configuration or a Corefile; the reference may hold it parsed.
 */
export function compare(reference: readonly KubeObject[], wanted: readonly KubeObject[]): readonly Difference[] {
  const expected = byKey(reference);
  const actual = byKey(wanted);
  const keys = new Set([...expected.keys(), ...actual.keys()]);
  return [...keys].flatMap((key) => compareObjects(expected.get(key), actual.get(key)));
}

/** A second object of one kind and name gets a key of its own, and so has no counterpart. */
function byKey(objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> {
  return new Map(unique(objects.map((object) => [`${object.kind}/${object.metadata.name}`, object])));
}

function compareObjects(expected: KubeObject | undefined, actual: KubeObject | undefined): readonly Difference[] {
  const some = expected ?? actual;
  if (some === undefined) return [];
  const place = { kind: some.kind, name: some.metadata.name, path: "" };
  if (expected === undefined || actual === undefined) return [{ ...place, expected, actual }];
  return compareTrees(place, objectTree(expected), objectTree(actual));
}

function compareTrees(place: Place, expected: Tree | undefined, actual: Tree | undefined): readonly Difference[] {
  if (isBranch(expected) && isBranch(actual) && expected.form === actual.form) {
    return compareBranches(place, expected, actual);
  }
  return isSameLeaf(expected, actual) ? [] : [{ ...place, expected: expected?.raw, actual: actual?.raw }];
}

function isSameLeaf(one: Tree | undefined, other: Tree | undefined): boolean {
  return one?.form === "leaf" && other?.form === "leaf" && one.value === other.value;
}

function isBranch(tree: Tree | undefined): tree is Branch {
  return tree !== undefined && tree.form !== "leaf";
}

function compareBranches(place: Place, expected: Branch, actual: Branch): readonly Difference[] {
  const items = [...new Set([...expected.items.keys(), ...actual.items.keys()])].flatMap((key) => {
    const path = extend(place.path, key, expected.form);
    return compareTrees({ ...place, path }, expected.items.get(key), actual.items.get(key));
  });
  return [...items, ...compareOrder(place, expected, actual)];
}

function compareOrder(place: Place, expected: Branch, actual: Branch): readonly Difference[] {
  const [one, other] = [orderOf(expected, actual), orderOf(actual, expected)];
  return one.every((key, index) => key === other[index]) ? [] : [{ ...place, expected: one, actual: other }];
}

/** The keys that both have, where their order means something. */
function orderOf({ form, items }: Branch, other: Branch): readonly string[] {
  const both = [...items.keys()].filter((key) => other.items.has(key));
  if (form === "ordered") return both;
  return form === "block" ? both.filter((key) => orderedDirectives.has(key.split(" ")[0] ?? "")) : [];
}

function extend(path: string, key: string, form: Branch["form"]): string {
  const isKey = form === "map" || form === "block";
  if (!isKey || !/^[\w-]+$/.test(key)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

function objectTree(object: KubeObject): Tree {
  if (object.kind !== "ConfigMap" || !isMapping(object["data"])) return treeOf(object, []);
  const { data, ...rest } = object;
  const files = entriesOf(data).map(([name, content]): [string, Tree] => [name, fileTree(content)]);
  const tree = treeOf(rest, []);
  if (tree.form === "leaf") return tree;
  return { ...tree, items: new Map([...tree.items, ["data", { form: "map", raw: data, items: new Map(files) }]]) };
}

function fileTree(content: unknown): Tree {
  const parsed = typeof content === "string" ? parseFile(content) : content;
  return isNginx(parsed) ? blockTree(parsed) : treeOf(parsed, []);
}

/** What a file says, or its text when it is written in none of the known languages. */
function parseFile(text: string): unknown {
  const readings: readonly ((text: string) => unknown)[] = [
    /^\s*export\s/m.test(text) ? parseExports : parseProperties,
    mappingOf,
    parseNginx,
    parseCorefile,
  ];
  for (const read of readings) {
    try {
      return read(text);
    } catch {
      // Not this language.
    }
  }
  return text;
}

function mappingOf(text: string): unknown {
  const value = load(text);
  if (!isMapping(value)) throw new Error("the text is YAML, but no mapping");
  return value;
}

function isNginx(content: unknown): content is readonly NginxDirective[] {
  return Array.isArray(content);
}

function blockTree(block: readonly NginxDirective[]): Tree {
  const items = block.map((directive): [string, Tree] => {
    if (isBlock(directive)) return [directive.words.join(" "), blockTree(directive.block)];
    const named = settingDirectives.has(directive[0] ?? "") ? 2 : 1;
    return [directive.slice(0, named).join(" "), treeOf(directive.slice(named).join(" "), [])];
  });
  return { form: "block", raw: block, items: new Map(unique(items)) };
}

function treeOf(value: unknown, keys: readonly string[]): Tree {
  if (Array.isArray(value)) return listTree(value, keys);
  if (!isMapping(value)) return { form: "leaf", raw: value, value: isQuantity(keys) ? quantityOf(value) : value };
  const whole = [...entriesOf(impliedIn(keys)), ...entriesOf(value)];
  const items = whole.map(([key, item]): [string, Tree] => [key, treeOf(item, [...keys, key])]);
  return { form: "map", raw: value, items: new Map(items) };
}

/** Fields that mean the same whether they are missing or empty. */
function impliedIn(keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (keys.at(-1) === "metadata") return { labels: {}, annotations: {} };
  return keys.at(-2) === "containers" || keys.at(-2) === "initContainers" ? { resources: {} } : {};
}

function listTree(list: readonly unknown[], keys: readonly string[]): Tree {
  const items = list.map((item, index): [string, Tree] => [String(index), treeOf(item, [...keys, String(index)])]);
  const form = namedLists[keys.at(-1) ?? ""];
  const names = list.map(nameOf);
  const isNamed = !names.includes(undefined) && new Set(names).size === names.length;
  if (form === undefined || !isNamed) return { form: "list", raw: list, items: new Map(items) };
  return { form, raw: list, items: new Map(items.map(([, item], index) => [names[index] ?? "", item])) };
}

function nameOf(item: unknown): string | undefined {
  return isMapping(item) && typeof item["name"] === "string" ? item["name"] : undefined;
}

function isQuantity(keys: readonly string[]): boolean {
  return quantityMaps.has(keys.at(-2) ?? "") || keys.at(-1) === "sizeLimit";
}

/** A quantity as its value in billionths, so that equal quantities are equal texts; anything else as it is. */
function quantityOf(value: unknown): unknown {
  const [, whole, fraction = "", suffix = ""] = /^([+-]?\d+)(?:\.(\d{1,9}))?([A-Za-z]*)$/.exec(String(value)) ?? [];
  const factor = factors[suffix];
  if (whole === undefined || factor === undefined) return value;
  return String(BigInt(whole + fraction.padEnd(9, "0")) * factor);
}

/** Billionths of thousandths, so that `m` stays whole. */
const factors: Readonly<Record<string, bigint>> = {
  m: 1n,
  "": 1000n,
  ...Object.fromEntries(["k", "M", "G", "T", "P", "E"].map((suffix, index) => [suffix, 1000n ** BigInt(index + 2)])),
  ...Object.fromEntries(
    ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((suffix, i) => [suffix, 1000n * 1024n ** BigInt(i + 1)]),
  ),
};

/** Keys made different from each other: the second `if` of a block becomes `if #2`. */
function unique<T>(entries: readonly (readonly [string, T])[]): readonly [string, T][] {
  const seen = new Map<string, number>();
  return entries.map(([key, value]): [string, T] => {
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return [count === 1 ? key : `${key} #${count}`, value];
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field that is `undefined` is none. */
function entriesOf(mapping: Readonly<Record<string, unknown>>): readonly [string, unknown][] {
  return Object.entries(mapping).filter(([, value]) => value !== undefined);
}
