import { clustersOf } from "./cluster-file.ts";
import { examine } from "./examine.ts";
import { exitCodes } from "./failure.ts";
import { findingText, hasMistakes, inOrder } from "./finding.ts";
import type { CommonFlags } from "./flags.ts";
import { readInputFile } from "./input-file.ts";
import type { Terminal } from "./terminal.ts";

/** What `validate` is told. */
export interface ValidateFlags extends CommonFlags {
  readonly filename: readonly string[];
}

/** Tells every mistake in every cluster of the files, with its line. Resolves with the exit code. */
export async function validate({ filename }: ValidateFlags, terminal: Terminal): Promise<number> {
  let mistaken = false;
  for (const path of filename) {
    const file = await readInputFile(path, terminal);
    const { clusters, findings: ofFile } = clustersOf(file);
    const findings = inOrder([...ofFile, ...clusters.flatMap((cluster) => examine(cluster).findings)]);
    terminal.err(findings.map(findingText).join(""));
    mistaken ||= hasMistakes(findings);
    if (!hasMistakes(findings)) terminal.out(`${file.name}: ${clusters.map(labelOf).join(", ")}: no mistakes\n`);
  }
  return mistaken ? exitCodes.negative : exitCodes.ok;
}

function labelOf({ object }: ReturnType<typeof clustersOf>["clusters"][number]): string {
  return `${object.kind} ${object.metadata.name}`;
}
