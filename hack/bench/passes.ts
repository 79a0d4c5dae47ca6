import { until } from "./stage.ts";
import type { Row } from "./report.ts";
import { percentile } from "./report.ts";
import type { Plane } from "./stage.ts";
import { createCluster, startBundle, untilReady } from "./stage.ts";

const passes = 300;

/** How long a pass takes that has nothing to change; a short resync makes many of them. */
export async function measurePasses(plane: Plane): Promise<readonly Row[]> {
  const first = startBundle(plane);
  await first.said("caches synced, starting");
  await createCluster(plane, "passes");
  await untilReady(plane, "passes");
  await first.kill("SIGTERM");
  const operator = startBundle(plane, ["--no-leader-elect", "--resync", "100ms", "--log-level", "debug"]);
  const durations = (): readonly number[] =>
    operator
      .log()
      .flatMap(({ msg, durationMs }) => (msg === "pass ended" && typeof durationMs === "number" ? [durationMs] : []));
  const measured = await until(() => (durations().length >= passes ? durations() : undefined), "enough passes", 1_000);
  await operator.kill("SIGTERM");
  // The first passes meet code that has not been compiled yet; they are part of a start, not of idling.
  const warm = measured.slice(20);
  const note = `${warm.length} passes, the first 20 (up to ${Math.max(...measured.slice(0, 20)).toFixed(0)} ms) left out`;
  return [
    { what: "pass that changes nothing, p50", value: percentile(warm, 0.5), unit: "ms", aim: 20, note },
    { what: "pass that changes nothing, p99", value: percentile(warm, 0.99), unit: "ms", aim: 25, note },
  ];
}
