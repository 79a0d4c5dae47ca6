import { type Clock, systemClock } from "./clock.ts";

/** One thing that a probe looks at. */
export interface Check {
  /** Names the check in the answer. */
  readonly name: string;
  /** What is wrong, in words that hold no secret; undefined when nothing is. */
  check(): string | undefined;
}

/** A check that failed, and why. */
interface Failure {
  readonly name: string;
  readonly problem: string;
}

/** What a probe found. */
export interface Report {
  readonly failures: readonly Failure[];
  /** One line per check and a last one that says the whole, as Kubernetes' own servers print it. */
  readonly text: string;
}

/** The part of a controller that health needs. */
export interface Stuckable {
  stuck(): string | undefined;
}

/** The part of a reflector that health needs. */
export interface Reflecting {
  hasSynced(): boolean;
  /** When it last tried to reach the server, in milliseconds on the scale of the clock's `now`: a machine whose time is set stays healthy. */
  lastActivity(): number;
}

/** A reflector tries at least every two minutes; one that has been silent for so long has died. */
const longestSilenceMs = 300_000;

/** Makes all checks; one that throws has failed. */
export function judge(name: string, checks: readonly Check[]): Report {
  const results = checks.map((check) => ({ name: check.name, problem: problemOf(check) }));
  const failures = results.flatMap(({ name: failed, problem }) =>
    problem === undefined ? [] : [{ name: failed, problem }],
  );
  const lines = results.map((result) =>
    result.problem === undefined ? `[+]${result.name} ok` : `[-]${result.name} failed: ${result.problem}`,
  );
  const end = `${name} check ${failures.length === 0 ? "passed" : "failed"}`;
  return { failures, text: [...lines, end, ""].join("\n") };
}

function problemOf(check: Check): string | undefined {
  try {
    return check.check();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Fails while a key is in work beyond its deadline. */
export function notStuck(name: string, controller: Stuckable): Check {
  return {
    name,
    check: () => {
      const key = controller.stuck();
      return key === undefined ? undefined : `${key} is in work beyond its deadline`;
    },
  };
}

/** Fails when a reflector has not even tried to reach the server for 5 minutes, whatever the server answered before. */
export function stillTrying(name: string, reflector: Reflecting, clock: Clock = systemClock): Check {
  const since = clock.now();
  return {
    name,
    check: () => {
      const silentMs = clock.now() - Math.max(since, reflector.lastActivity());
      return silentMs > longestSilenceMs ? `no try for ${Math.round(silentMs / 1000)} s` : undefined;
    },
  };
}

/** Fails until the reflector has listed its objects once. */
export function synced(name: string, reflector: Reflecting): Check {
  return { name, check: () => (reflector.hasSynced() ? undefined : "not synced yet") };
}
