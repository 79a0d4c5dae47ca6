import { hash } from "node:crypto";
import type { KubeObject } from "../../kube/object.ts";
import type { Finding } from "./compare.ts";

/**
 * What of which objects somebody else holds against every repair. A repair whose own answer still shows what was found, or
 * that had to be made three times within ten minutes, is not made again until the wish or the other's value changes; once
 * an hour it is tried all the same. Lives as long as the process, and remembers the last repairs only.
 */
export interface Contests {
  /** Who holds this against us; `undefined` while a repair is worth a try. */
  lostTo(live: KubeObject, finding: Finding): string | undefined;
  /** Takes down a repair. */
  repaired(live: KubeObject, repair: Repair): void;
}

/** What a repair was made of. */
export interface Repair {
  readonly found: readonly Finding[];
  /** What the API server's answer still shows. */
  readonly left: readonly Finding[];
  /** Who held what was found, as far as one could tell. */
  readonly holder?: string | undefined;
}

const minute = 60_000;
const [tries, within, until] = [3, 10 * minute, 60 * minute];
/** Repairs that are remembered. */
const atMost = 5_000;

interface Contest {
  readonly holder: string;
  /** When it was repaired. */
  readonly times: readonly number[];
  /** When it was given up, until the next try. */
  readonly lostAt?: number;
}

/** Begins with no contest; `now` gives milliseconds on a scale that only ever goes forward. */
export function createContests(now: () => number): Contests {
  const contests = new Map<string, Contest>();
  const keep = (matter: string, contest: Contest): void => {
    contests.delete(matter);
    contests.set(matter, contest);
    if (contests.size > atMost) contests.delete([...contests.keys()][0] as string);
  };
  const repairedOnce = (matter: string, holder: string): void => {
    const { times = [], lostAt } = contests.get(matter) ?? {};
    // After an hour's pause it either holds at once, or is given up at once.
    const marks = lostAt === undefined ? [...times.slice(1 - tries), now()] : Array<number>(tries).fill(now());
    keep(matter, { holder, times: marks });
  };
  return {
    lostTo(live, finding) {
      const matter = matterOf(live, finding);
      const contest = contests.get(matter);
      if (contest === undefined) return undefined;
      const { lostAt, holder, times } = contest;
      if (lostAt !== undefined) return now() - lostAt < until ? holder : undefined;
      if (times.filter((time) => now() - time < within).length < tries) return undefined;
      keep(matter, { ...contest, lostAt: now() });
      return holder;
    },
    repaired(live, { found, left, holder = "somebody" }) {
      const lost = new Set(left.map((finding) => matterOf(live, finding)));
      for (const matter of lost) keep(matter, { holder: "admission", times: [], lostAt: now() });
      const won = found.map((finding) => matterOf(live, finding)).filter((matter) => !lost.has(matter));
      for (const matter of won) repairedOnce(matter, holder);
    },
  };
}

/** What is fought over: an object, a place in it, the wish, and what stands against it. The values may be secrets, so they are kept as a checksum only. */
function matterOf({ metadata }: KubeObject, finding: Finding): string {
  return hash("sha256", JSON.stringify([metadata.uid, finding]));
}
