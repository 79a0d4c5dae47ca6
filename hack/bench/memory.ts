import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Row } from "./report.ts";
import type { Plane } from "./stage.ts";
import { createCluster, startBundle, untilReady } from "./stage.ts";

/** Resident memory of the operator with one cluster and with many, installed one after the other and then left alone. */
export async function measureMemory(plane: Plane, quick = false): Promise<readonly Row[]> {
  const many = quick ? 10 : 50;
  const operator = startBundle(plane);
  await operator.said("caches synced, starting");
  const installed = async (number: number): Promise<void> => {
    await createCluster(plane, `memory-${number}`, true);
    await untilReady(plane, `memory-${number}`);
  };
  await installed(1);
  await delay(30_000);
  const one = residentMiB(operator.pid);
  for (let number = 2; number <= many; number++) await installed(number);
  await delay(30_000);
  const all = residentMiB(operator.pid);
  await operator.kill("SIGTERM");
  // By default each cluster gets six such passes in an hour.
  const restarted = startBundle(plane, ["--no-leader-elect", "--resync", "10s"]);
  await restarted.said("caches synced, starting");
  await delay(70_000);
  const again = residentMiB(restarted.pid);
  await restarted.kill("SIGTERM");
  return [
    { what: "resident memory with 1 cluster", value: one, unit: "MiB", aim: 110 },
    {
      what: `resident memory with ${many} clusters`,
      value: all,
      unit: "MiB",
      aim: 250,
      note: `after installing them; ${again.toFixed(0)} MiB after a restart and an hour's worth of passes`,
    },
  ];
}

function residentMiB(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}
