import { hash } from "node:crypto";
import type { KubeObject } from "../../kube/object.ts";
import type { Finding } from "./compare.ts";

/**
 * What of which objects somebody else holds against every repair. A repair whose own answer still shows what was found, or
 * that had to be made three times within ten minutes, is not made again until the wish or the other's value changes; once
 * an hour it is tried all the same. Lives as long as the process, and remembers the objects of the last repairs only.
 */
export interface Contests {
  /** Who holds this against us; `undefined` while a repair is worth a try. */
  lostTo(wish: KubeObject, live: KubeObject, found: readonly Finding[]): string | undefined;
  /** Takes down a repair of what was found: who held it, as far as one could tell, and what the API server's answer still shows. */
  repaired(wish: KubeObject, answer: KubeObject, repair: Repair): void;
}

/** What a repair was made of. */
export interface Repair {
  readonly found: readonly Finding[];
  readonly left: readonly Finding[];
  readonly holder: string | undefined;
}

const minute = 60_000;
const [tries, within, until] = [3, 10 * minute, 60 * minute];
/** Objects that are remembered. */
const atMost = 2_000;

interface Contest {
  /** What is fought over: the wish, and what stands against it. */
  readonly matter: string;
  readonly holder: string;
  /** When it was repaired. */
  readonly times: readonly number[];
  /** When it was given up, until the next try. */
  readonly lostAt?: number;
}

/** Begins with no contest; `now` gives milliseconds. */
export function createContests(now: () => number): Contests {
  const contests = new Map<string, Contest>();
  const keep = (uid: string, contest: Contest): void => {
    contests.delete(uid);
    contests.set(uid, contest);
    if (contests.size > atMost) contests.delete([...contests.keys()][0] as string);
  };
  return {
    lostTo(wish, live, found) {
      const uid = live.metadata.uid ?? "";
      const contest = contests.get(uid);
      if (contest === undefined || contest.matter !== matterOf(wish, found)) return undefined;
      const { lostAt, holder } = contest;
      if (lostAt !== undefined) return now() - lostAt < until ? holder : undefined;
      if (contest.times.filter((time) => now() - time < within).length < tries) return undefined;
      keep(uid, { ...contest, lostAt: now() });
      return holder;
    },
    repaired(wish, answer, { found, left, holder = "somebody" }) {
      const uid = answer.metadata.uid ?? "";
      if (left.length > 0) {
        keep(uid, { matter: matterOf(wish, left), holder: "admission", times: [], lostAt: now() });
        return;
      }
      const matter = matterOf(wish, found);
      const before = contests.get(uid);
      const times = before?.matter === matter ? before.times : [];
      // After an hour's pause it either holds at once, or is given up at once.
      const isTrial = before?.matter === matter && before.lostAt !== undefined;
      keep(uid, { matter, holder, times: isTrial ? Array(tries).fill(now()) : [...times.slice(1 - tries), now()] });
    },
  };
}

/** The values themselves may be secrets, so they are kept as a checksum only. */
function matterOf(wish: KubeObject, found: readonly Finding[]): string {
  return hash("sha256", JSON.stringify([wish, found]));
}
