import { setTimeout as delay } from "node:timers/promises";

/** Looks until there is an answer, for the time given at most; undefined when it is over. Rejects as the look does. */
export async function waitFor<T>(look: () => Promise<T | undefined>, waitMs: number): Promise<T | undefined> {
  for (const end = Date.now() + waitMs; ; await delay(500)) {
    const found = await look();
    if (found !== undefined || Date.now() >= end) return found;
  }
}
