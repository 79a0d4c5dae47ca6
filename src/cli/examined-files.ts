import type { Component } from "../cluster/components/component.ts";
import { components } from "../cluster/components/index.ts";
import type { RenderInputs } from "../cluster/render.ts";
import type { WrittenCluster } from "./cluster-file.ts";
import { clustersOf } from "./cluster-file.ts";
import type { Examination } from "./examine.ts";
import { examine } from "./examine.ts";
import { UsageError } from "./failure.ts";
import { findingText, hasMistakes, inOrder } from "./finding.ts";
import { readInputFile } from "./input-file.ts";
import type { Terminal } from "./terminal.ts";

/** A cluster of a file, and what it wants. */
export interface ExaminedCluster extends Pick<Examination, "wanted"> {
  readonly cluster: WrittenCluster;
}

/** The clusters of the files with what they want, after everything that there is to say of them was told; `undefined` when one of them has a mistake. */
export async function examineFiles(
  paths: readonly string[],
  terminal: Terminal,
  inputs: RenderInputs = {},
): Promise<readonly ExaminedCluster[] | undefined> {
  const files = await Promise.all(paths.map((path) => readInputFile(path, terminal)));
  const read = files.map(clustersOf);
  const examined = read
    .flatMap(({ clusters }) => clusters)
    .map((cluster) => ({ cluster, ...examine(cluster, inputs) }));
  const findings = inOrder([...read, ...examined].flatMap((one) => one.findings));
  terminal.err(findings.map(findingText).join(""));
  return hasMistakes(findings) ? undefined : examined;
}

/** The component of that name; a UsageError that names all when there is none. */
export function componentNamed(name: string): Component {
  const found = components.find(({ type }) => type === name);
  if (found !== undefined) return found;
  throw new UsageError(`there is no component ${name}: choose one of ${components.map(({ type }) => type).join(", ")}`);
}
