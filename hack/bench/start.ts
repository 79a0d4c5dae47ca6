import type { Row } from "./report.ts";
import { percentile } from "./report.ts";
import type { Plane } from "./stage.ts";
import { startBundle } from "./stage.ts";

/** From the start of the process to synced caches, with the definition installed. */
export async function measureStart(plane: Plane): Promise<readonly Row[]> {
  const times: number[] = [];
  for (let round = 0; round < 6; round++) {
    const operator = startBundle(plane);
    times.push((await operator.said("caches synced, starting")) - operator.startedAt);
    await operator.kill("SIGTERM");
  }
  const [first = Number.NaN, ...others] = times;
  return [
    {
      what: "start → synced",
      value: percentile(others, 0.5) / 1000,
      unit: "s",
      aim: 2,
      note: `median of 5; ${first / 1000} s with the definition to install`,
    },
  ];
}
