import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { components } from "../../src/cluster/components/index.ts";
import { version } from "../../src/version.ts";

/** One number that was measured. */
export interface Row {
  readonly what: string;
  /** NaN when it could not be measured; the note says why. */
  readonly value: number;
  readonly unit: string;
  /** What we want it to be at most; at least where `more` is better. */
  readonly aim?: number;
  readonly more?: boolean;
  /** What else there is to say: spread, count. */
  readonly note?: string;
}

/** Where and with what a report was measured. */
export interface Surroundings {
  readonly date: string;
  readonly machine: string;
  readonly versions: string;
  readonly components: number;
}

/** All of a run. */
export interface Report extends Surroundings {
  readonly quick: boolean;
  readonly rows: readonly Row[];
}

/** Machine and versions of this run. */
export async function surroundings(): Promise<Surroundings> {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  const kubernetes = /k8s\.io\/kubernetes (v\S+)/.exec(
    await readFile("hack/control-plane/kubernetes/go.mod", "utf8"),
  )?.[1];
  const node = execFileSync(process.execPath, ["--version"], { encoding: "utf8" }).trim();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores (${cpu?.model.trim() ?? "unknown"}), ${memory} GiB, control plane on the same machine`,
    versions: `operator ${version}, Node ${node}, Kubernetes ${kubernetes ?? "unknown"}`,
    components: components.length,
  };
}

function judged({ value, aim, more }: Row): string {
  if (aim === undefined || Number.isNaN(value)) return "";
  const reached = more === true ? value >= aim : value <= aim;
  return reached ? "reached" : "missed";
}

function cells(row: Row): readonly string[] {
  const aim = row.aim === undefined ? "" : `${row.more === true ? "≥" : "≤"} ${row.aim} ${row.unit}`;
  const value = Number.isNaN(row.value) ? "" : `${Number(row.value.toPrecision(4))} ${row.unit}`;
  return [row.what, value, aim, judged(row), row.note ?? ""];
}

/** Rows as a table for a terminal. */
export function printed(rows: readonly Row[]): string {
  const lines = rows.map(cells);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The page of the documentation. */
export function markdown(report: Report): string {
  const { rows, date, machine, versions } = report;
  return [
    "# Performance",
    "",
    "Written by `make bench`, which measures the bundled operator on a local control plane (real API server, fake nodes) with the example of the README. Numbers are as measured, also where they miss their aim.",
    "",
    `Last run: ${date}, ${machine}; ${versions}; ${report.components} components in the catalogue.`,
    "",
    "| what | measured | aim | | note |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${cells(row).join(" | ")} |`),
    "",
    "![Time and memory over the number of clusters](performance.svg)",
    "",
    "Times between a request and the operator's answer to it are taken from the API server's audit log. Memory is the resident set of the whole process. Requests leave the Lease out.",
    "",
  ].join("\n");
}

/** The value below which a part of the values lies. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
