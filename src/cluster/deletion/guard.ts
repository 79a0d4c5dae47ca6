import type { Store } from "../sync/store.ts";

/** A cluster is being deleted, or is gone, in the middle of a pass over it. */
export class LeavingError extends Error {
  constructor() {
    super("the cluster is being deleted, so nothing is made for it any more");
    this.name = "LeavingError";
  }
}

/** The store with every write refused from the moment that the cluster is leaving: nothing would remove what comes after it. */
export function writableWhile(isThere: () => boolean, store: Store): Store {
  const check = (): void => {
    if (!isThere()) throw new LeavingError();
  };
  return {
    ...store,
    apply: async (kind, object) => {
      check();
      return await store.apply(kind, object);
    },
    save: async (kind, object) => {
      check();
      return await store.save(kind, object);
    },
  };
}
