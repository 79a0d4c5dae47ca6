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
  const guarded =
    (write: Store["save"]): Store["save"] =>
    async (kind, object) => {
      if (!isThere()) throw new LeavingError();
      return await write(kind, object);
    };
  return {
    ...store,
    apply: guarded((...written) => store.apply(...written)),
    create: guarded((...written) => store.create(...written)),
    save: guarded((...written) => store.save(...written)),
  };
}
