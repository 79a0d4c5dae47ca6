import { setTimeout as delay } from "node:timers/promises";
import type { Row } from "./report.ts";
import { percentile } from "./report.ts";
import type { OperatorRun, Plane } from "./stage.ts";
import { startBundle } from "./stage.ts";

const rounds = 3;

/** How long nobody acts when the operator that leads is killed, and when it is asked to end. */
export async function measureHandOver(plane: Plane): Promise<readonly Row[]> {
  const killed = await handOvers(plane, "SIGKILL");
  const ended = await handOvers(plane, "SIGTERM");
  return [
    {
      what: "hand-over after SIGKILL",
      value: percentile(killed, 0.5),
      unit: "s",
      aim: 20,
      note: `median of ${rounds}, slowest ${Math.max(...killed).toFixed(1)} s`,
    },
    {
      what: "hand-over after SIGTERM",
      value: percentile(ended, 0.5),
      unit: "s",
      aim: 3,
      note: `median of ${rounds}, slowest ${Math.max(...ended).toFixed(1)} s`,
    },
  ];
}

async function handOvers(plane: Plane, signal: NodeJS.Signals): Promise<readonly number[]> {
  const times: number[] = [];
  let leader = startBundle(plane, []);
  await leader.said("caches synced, starting");
  for (let round = 0; round < rounds; round++) {
    const standby: OperatorRun = startBundle(plane, []);
    await delay(5_000);
    const at = Date.now();
    await leader.kill(signal);
    times.push(((await standby.said("caches synced, starting")) - at) / 1000);
    leader = standby;
  }
  await leader.kill("SIGTERM");
  return times;
}
