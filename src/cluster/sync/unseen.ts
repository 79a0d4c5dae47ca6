import type { KubeObject } from "../../kube/object.ts";
import { keyOf, keyText } from "../../kube/object.ts";
import { rowOf } from "./kinds.ts";
import type { Store } from "./store.ts";

/**
 * Looks for objects that caches do not show. One list of a kind answers for all of its objects that are new, and only what stands on it
 * is read; so the answers are as old as the first of a kind, and serve for one pass.
 */
export function unseenIn(store: Store): (wanted: KubeObject) => Promise<KubeObject | undefined> {
  const lists = new Map<string, Promise<ReadonlySet<string>>>();
  return async (wanted) => {
    const { kind } = rowOf(wanted);
    const { name, namespace = "" } = keyOf(wanted);
    const place = keyText({ namespace, name: kind.kind });
    const names = lists.get(place) ?? store.unlabelled(kind, namespace);
    lists.set(place, names);
    return (await names).has(name) ? await store.get(kind, { namespace, name }) : undefined;
  };
}
