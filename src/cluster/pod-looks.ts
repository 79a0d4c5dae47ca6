import type { KubeObject } from "../kube/object.ts";
import { instanceOf } from "./defaults/meant.ts";
import type { TroubledPod } from "./sync/pod-troubles.ts";
import { troubledPods } from "./sync/pod-troubles.ts";
import type { Store } from "./sync/store.ts";

/** How long a look at pods counts, in milliseconds: while a platform starts, passes follow each other much faster. */
const looksCountMs = 5_000;

/** Looks at the pods of clusters when asked, at those of one cluster only so often; `clock` gives milliseconds on a scale that only ever goes forward. Who may not look, or cannot, sees no trouble. */
export function podLooks(
  store: Pick<Store, "list">,
  clock: () => number,
): (cluster: KubeObject, now: Date) => Promise<readonly TroubledPod[]> {
  const looks = new Map<string, { readonly at: number; readonly seen: Promise<readonly TroubledPod[]> }>();
  return async (cluster, now) => {
    const { uid = "", namespace = "" } = cluster.metadata;
    for (const [of, { at }] of looks) if (clock() - at >= looksCountMs) looks.delete(of);
    const look = looks.get(uid) ?? {
      at: clock(),
      seen: troubledPods(store, { namespace, instance: instanceOf(cluster), now }).catch(() => []),
    };
    looks.set(uid, look);
    return await look.seen;
  };
}
