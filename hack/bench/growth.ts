import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Series } from "./plot.ts";
import type { Row } from "./report.ts";
import type { OperatorRun, Plane } from "./stage.ts";
import { createCluster, startBundle, untilReady } from "./stage.ts";

/** Time and memory over the number of clusters. */
export interface Growth {
  readonly rows: readonly Row[];
  readonly series: readonly Series[];
}

/** Memory is looked at when the operator has been left alone for so long, in milliseconds. */
const settled = 30_000;

/** How long one more cluster takes, and what the operator weighs, with one cluster, ten and fifty, installed one after the other. */
export async function measureGrowth(plane: Plane, quick = false): Promise<Growth> {
  const counts = quick ? [1, 5, 10] : [1, 10, 50];
  const operator = startBundle(plane);
  await operator.said("caches synced, starting");
  const seconds: [number, number][] = [];
  const memory: [number, number][] = [];
  for (let number = 1; number <= Math.max(...counts); number++) {
    seconds.push([number, await install(plane, number)]);
    if (!counts.includes(number)) continue;
    await delay(settled);
    memory.push([number, residentMiB(operator)]);
  }
  await operator.kill("SIGTERM");
  const again = await afterAnHour(plane);
  return {
    rows: rowsOf(memory, seconds, again),
    series: [
      { what: "apply → Ready of one more cluster", unit: "s", points: seconds },
      { what: "resident memory of the operator", unit: "MiB", points: memory },
    ],
  };
}

async function install(plane: Plane, number: number): Promise<number> {
  const before = performance.now();
  await createCluster(plane, `growth-${number}`, true);
  await untilReady(plane, `growth-${number}`);
  return (performance.now() - before) / 1000;
}

/** What an operator weighs that finds all these clusters at its start, after as many passes over each as an hour has by default. */
async function afterAnHour(plane: Plane): Promise<number> {
  const operator = startBundle(plane, ["--no-leader-elect", "--resync", "10s"]);
  await operator.said("caches synced, starting");
  await delay(70_000);
  const weight = residentMiB(operator);
  await operator.kill("SIGTERM");
  return weight;
}

function residentMiB({ pid }: OperatorRun): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

type Points = readonly (readonly [number, number])[];

function rowsOf(memory: Points, seconds: Points, again: number): readonly Row[] {
  const aims: Readonly<Record<number, number>> = { 1: 110, 50: 250 };
  const weights = memory.map(([count, value]): Row => {
    const aim = aims[count];
    const what = `resident memory with ${count} ${count === 1 ? "cluster" : "clusters"}`;
    return { what, value, unit: "MiB", ...(aim !== undefined && { aim }) };
  });
  const [count = 0, last = Number.NaN] = seconds.at(-1) ?? [];
  return [
    ...weights,
    { what: `the same after a restart and an hour's worth of passes`, value: again, unit: "MiB" },
    { what: `apply → Ready of cluster number ${count}`, value: last, unit: "s" },
  ];
}
