import type { KubeObject } from "../kube/object.ts";
import { instanceOf } from "./defaults/meant.ts";
import type { TroubledPod } from "./sync/pod-troubles.ts";
import { troubledPods } from "./sync/pod-troubles.ts";
import type { Store } from "./sync/store.ts";

/** How long a look at pods counts, in milliseconds: while a platform starts, passes follow each other much faster. */
const looksCountMs = 5_000;

/** Looks at the pods of clusters when asked, at those of one cluster only so often. Who may not look, or cannot, sees no trouble. */
export function podLooks(
  store: Pick<Store, "list">,
  { now, date }: { readonly now: () => number; readonly date: () => Date },
): (cluster: KubeObject) => Promise<readonly TroubledPod[]> {
  const looks = new Map<string, { readonly at: number; readonly seen: Promise<readonly TroubledPod[]> }>();
  return async (cluster) => {
    const { uid = "", namespace = "" } = cluster.metadata;
    for (const [of, { at }] of looks) if (now() - at >= looksCountMs) looks.delete(of);
    const look = looks.get(uid) ?? {
      at: now(),
      seen: troubledPods(store, { namespace, instance: instanceOf(cluster), now: date() }).catch(() => []),
    };
    looks.set(uid, look);
    return await look.seen;
  };
}
