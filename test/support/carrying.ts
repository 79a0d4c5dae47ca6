import type { ClusterStatus, ComponentStatus } from "../../src/cluster/api/status.ts";
import type { Applying } from "../../src/cluster/sync/apply.ts";
import type { Syncing } from "../../src/cluster/sync/component.ts";
import { createContests } from "../../src/cluster/sync/contests.ts";
import type { Carrying } from "../../src/cluster/sync/plan.ts";
import type { Store } from "../../src/cluster/sync/store.ts";
import { unseenIn } from "../../src/cluster/sync/unseen.ts";
import { owner } from "./plain-objects.ts";

/** A store with nothing fought over, and no other cluster in the namespace. */
export function carrying(store: Store, before: Partial<ClusterStatus> = {}): Carrying {
  return { store, before, contests: createContests(() => 0), otherInstances: [], troubled: () => Promise.resolve([]) };
}

/** The same for one component of which the status said this. */
export function syncingOn(store: Store, before: Partial<ComponentStatus> = {}): Syncing {
  return { ...applyingOn(store), before };
}

/** The same for one object of the cluster that tests make. */
export function applyingOn(store: Store): Applying {
  const { contests, otherInstances } = carrying(store);
  return { store, contests, otherInstances, owner, unseen: unseenIn(store) };
}
