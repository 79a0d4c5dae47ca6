import type { KubeObject } from "../../src/kube/object.ts";
import type { MemoryStore } from "./memory-store.ts";

/** Makes a DaemonSet look as its controller leaves it when all its pods run; an error when it is not there. */
export function rollOutDaemonSet(store: MemoryStore, name: string, pods = 2): KubeObject {
  const live = store.look("DaemonSet", name);
  if (live === undefined) throw new Error(`there is no DaemonSet ${name}`);
  const { generation = 0 } = live.metadata;
  const counts = { desiredNumberScheduled: pods, updatedNumberScheduled: pods, numberAvailable: pods };
  return store.put({ ...live, status: { observedGeneration: generation, ...counts } });
}
