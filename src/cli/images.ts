import { usedImages } from "../cluster/images.ts";
import { componentNamed, examineFiles } from "./examined-files.ts";
import { exitCodes } from "./failure.ts";
import type { CommonFlags } from "./flags.ts";
import { whyNothing } from "./render.ts";
import type { Terminal } from "./terminal.ts";

/** What `images` is told. */
export interface ImagesFlags extends CommonFlags {
  readonly filename: readonly string[];
  readonly component?: string;
  readonly output: "text" | "json";
}

/** Prints every image that the pods of the clusters run, each once, sorted. Nothing is printed when one of them has a mistake. */
export async function images(flags: ImagesFlags, terminal: Terminal): Promise<number> {
  const only = flags.component === undefined ? undefined : componentNamed(flags.component);
  const examined = await examineFiles(flags.filename, terminal);
  if (examined === undefined) return exitCodes.negative;
  const wanted = examined.flatMap((one) => one.wanted);
  const used = usedImages(wanted.filter(({ component }) => only === undefined || component === only));
  if (only !== undefined) terminal.err(examined.map(({ cluster }) => whyNothing(cluster, only)).join(""));
  if (flags.output === "json") terminal.out(`${JSON.stringify(used, undefined, 2)}\n`);
  else terminal.out(used.map(({ image }) => `${image}\n`).join(""));
  return exitCodes.ok;
}
