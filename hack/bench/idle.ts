import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Row } from "./report.ts";
import type { Plane } from "./stage.ts";
import { createCluster, startBundle, untilReady, userAgent, writes } from "./stage.ts";

/** What an operator with one settled cluster asks of the API server and of the processor. */
export async function measureIdle(plane: Plane, quick = false): Promise<readonly Row[]> {
  const minutes = quick ? 1 : 10;
  const operator = startBundle(plane);
  await operator.said("caches synced, starting");
  await createCluster(plane, "idle");
  await untilReady(plane, "idle");
  await delay(20_000);
  const since = new Date();
  const before = cpuSeconds(operator.pid);
  await delay(minutes * 60_000);
  const seconds = cpuSeconds(operator.pid) - before;
  const made = (await plane.control.requests({ userAgent, since })).filter(
    ({ objectRef }) => objectRef?.resource !== "leases",
  );
  await operator.kill("SIGTERM");
  const count = (verbs: readonly string[]): number => made.filter(({ verb }) => verbs.includes(verb)).length;
  const over = `in ${minutes} min`;
  return [
    { what: `writes of an idle operator ${over}`, value: count(writes), unit: "", aim: 0 },
    { what: `reads of an idle operator ${over}`, value: count(["get", "list"]), unit: "" },
    { what: `watches begun by an idle operator ${over}`, value: count(["watch"]), unit: "" },
    { what: "processor time of an idle operator", value: (seconds / (minutes * 60)) * 100, unit: "%" },
  ];
}

/** User and system time of a process so far; a clock tick is a hundredth of a second. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
