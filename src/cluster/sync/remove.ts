import type { KubeObject } from "../../kube/object.ts";
import { keyOf, keyText } from "../../kube/object.ts";
import { labelOf } from "./apply.ts";
import { explain } from "./explain.ts";
import type { Row } from "./kinds.ts";
import { rows } from "./kinds.ts";
import type { Outcome } from "./outcome.ts";
import type { Store } from "./store.ts";

/** An object that nobody wants any more. */
export interface Leftover {
  readonly row: Row;
  readonly object: KubeObject;
}

/** Every object that the cluster owns and that is not wanted; data never is among them. */
export function leftovers(store: Store, owner: string, wanted: readonly KubeObject[]): readonly Leftover[] {
  const names = new Set(wanted.map(identity));
  return rows
    .filter(({ data }) => data !== true)
    .flatMap((row) => store.owned(row.kind, owner).map((object) => ({ row, object })))
    .filter(({ object }) => object.metadata.deletionTimestamp === undefined && !names.has(identity(object)));
}

function identity(object: KubeObject): string {
  return `${object.kind} ${keyText(keyOf(object))}`;
}

/** Removes an object that is no longer wanted; never throws. */
export async function removeObject({ row, object }: Leftover, store: Store): Promise<Outcome> {
  const label = labelOf(object);
  try {
    await store.delete(row.kind, object);
    return { action: "deleted", object: label };
  } catch (error) {
    return { action: "failed", object: label, ...(await explain(error, object, store)) };
  }
}
