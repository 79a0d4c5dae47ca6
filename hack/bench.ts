import { mkdir, writeFile } from "node:fs/promises";
import { measureAdmission } from "./bench/admission.ts";
import { measureContainer } from "./bench/container.ts";
import { measureHandOver } from "./bench/hand-over.ts";
import { measureIdle } from "./bench/idle.ts";
import { measureGrowth } from "./bench/growth.ts";
import { measureInstall } from "./bench/install.ts";
import { measurePasses } from "./bench/passes.ts";
import { measureReactions } from "./bench/reactions.ts";
import { plot } from "./bench/plot.ts";
import { measureRender } from "./bench/render.ts";
import type { Row } from "./bench/report.ts";
import { markdown, printed, surroundings } from "./bench/report.ts";
import { measureStart } from "./bench/start.ts";
import { measureTakeOver } from "./bench/take-over.ts";
import { withPlane } from "./bench/stage.ts";

/**
 * Measures speed and memory of the bundled operator on a local control plane, prints a table, and writes the numbers to
 * dist/bench.json, docs/performance.md and docs/performance.svg. `--quick` looks for one minute instead of ten at an idle operator, and makes
 * ten clusters instead of fifty; it writes no page.
 */
const quick = process.argv.includes("--quick");
// The command line needs no control plane; it is measured before one takes its share of the machine.
const rows: Row[] = [...measureRender()];

function add(measured: readonly Row[]): void {
  rows.push(...measured);
  console.log(printed(measured));
}

// To look at an operator that does nothing takes long and disturbs nothing, so the others go on meanwhile.
const idle = withPlane((plane) => measureIdle(plane, quick));
const measures = [
  ...[measureStart, measureInstall, measureReactions, measurePasses, measureHandOver],
  ...[measureTakeOver, measureAdmission, measureContainer],
];
for (const measure of measures) add(await withPlane(measure));
const growth = await withPlane((plane) => measureGrowth(plane, quick));
add(growth.rows);
rows.push(...(await idle));
const report = { ...(await surroundings()), quick, rows };
await mkdir("dist", { recursive: true });
await writeFile("dist/bench.json", `${JSON.stringify(report, null, 2)}\n`);
if (!quick) {
  await writeFile("docs/performance.md", markdown(report));
  await writeFile("docs/performance.svg", plot(growth.series, "clusters"));
}
console.log(
  `\n${printed(rows)}\n\nwrote dist/bench.json${quick ? "" : ", docs/performance.md and docs/performance.svg"}`,
);
