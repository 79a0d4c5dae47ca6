import type { KubeObject } from "../../kube/object.ts";
import { isMapping } from "../api/field.ts";
import type { FieldSet, Steps } from "../api/field-set.ts";
import { mergeKeys, stepTo } from "./compare.ts";

type Struct = Readonly<Record<string, unknown>>;

/**
 * The live object with the wanted one laid over it, as an apply would leave it: maps key by key, lists with keys item by item
 * in the wanted order with all others behind, other lists whole. A map that is held whole, by the set of what all managers
 * hold, is one value.
 */
export function merged(wanted: KubeObject, live: KubeObject, held: FieldSet = {}): KubeObject {
  return mapOver(wanted, live, held) as KubeObject;
}

interface Place {
  /** Name of the field that holds the value; empty for an item of a list. */
  readonly key: string;
  /** What any manager holds of the value; `undefined` where that is nothing. */
  readonly held: FieldSet | undefined;
}

function laidOver(wanted: unknown, live: unknown, { key, held }: Place): unknown {
  if (wanted === undefined) return live;
  if (Array.isArray(wanted) && Array.isArray(live)) return listOver(wanted, live, { key, held });
  if (!isMapping(wanted) || !isMapping(live)) return wanted;
  const isHeldWhole = held !== undefined && Object.keys(held).length === 0;
  return isHeldWhole ? wanted : mapOver(wanted, live, held);
}

function mapOver(wanted: Struct, live: Struct, held: FieldSet = {}): Struct {
  const over = Object.entries(wanted).map(([key, value]) => [
    key,
    laidOver(value, live[key], { key, held: held[`f:${key}`] }),
  ]);
  return { ...live, ...(Object.fromEntries(over) as Struct) };
}

function listOver(wanted: readonly unknown[], live: readonly unknown[], { key, held }: Place): readonly unknown[] {
  const keys = mergeKeys[key];
  if (keys === undefined) return wanted;
  const others = new Map(live.map((item) => [stepTo(item, keys), item]));
  const over = wanted.map((item) => {
    const step = stepTo(item, keys);
    const it = others.get(step);
    others.delete(step);
    return laidOver(item, it, { key: "", held: held?.[step] });
  });
  return [...over, ...others.values()];
}

/** The object without what stands at the end of each way, nor what is left empty by that. What has gone already is no matter. */
export function without(object: KubeObject, ways: readonly Steps[]): KubeObject {
  return ways.reduce<unknown>(pruned, object) as KubeObject;
}

function pruned(value: unknown, [step = "", ...way]: Steps): unknown {
  if (Array.isArray(value)) {
    const items = value.flatMap((item: unknown) => (isAt(item, step) ? kept(item, way) : [item]));
    return items.length === 0 ? undefined : items;
  }
  if (!isMapping(value)) return value;
  const { [step.slice(2)]: inner, ...rest } = value;
  const [left] = kept(inner, way);
  const fields = left === undefined ? rest : { ...rest, [step.slice(2)]: left };
  return Object.keys(fields).length === 0 ? undefined : fields;
}

/** What is left of a value, if anything. */
function kept(value: unknown, way: Steps): readonly unknown[] {
  const left = way.length === 0 ? undefined : pruned(value, way);
  return left === undefined ? [] : [left];
}

/** What stands at a step of `fieldsV1` below a value; `undefined` where nothing does. */
export function valueAt(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return value.find((item) => isAt(item, step)) as unknown;
  return isMapping(value) ? value[step.slice(2)] : undefined;
}

/** Whether an item of a list is the one that the step names, by its key or as a whole. */
function isAt(item: unknown, step: string): boolean {
  const named = JSON.parse(step.slice(2)) as unknown;
  if (!isMapping(named)) return item === named;
  return isMapping(item) && Object.entries(named).every(([name, value]) => (item[name] ?? "TCP") === value);
}
