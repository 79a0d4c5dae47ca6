import { execFileSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { bundlePath } from "../bundle/build.ts";
import type { Row } from "./report.ts";
import { percentile } from "./report.ts";

const rounds = 10;

/** How long the bundle takes to print every object of the example, from the start of the process to its end. */
export function measureRender(): readonly Row[] {
  const times = Array.from({ length: rounds + 1 }, renderOnce);
  const [first = Number.NaN, ...others] = times;
  return [
    {
      what: "render of a full cluster, whole process",
      value: percentile(others, 0.5),
      unit: "ms",
      aim: 400,
      note: `median of ${rounds}, slowest ${Math.max(...others).toFixed(0)} ms; ${first.toFixed(0)} ms the first time`,
    },
  ];
}

function renderOnce(): number {
  const start = performance.now();
  execFileSync(process.execPath, [bundlePath, "render", "-f", "deploy/examples/minimal.yaml"], {
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 64 * 1024 ** 2,
  });
  return performance.now() - start;
}
