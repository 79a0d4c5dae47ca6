import { newsText, statusText } from "../../src/cli/status-text.ts";
import type { KubeObject } from "../../src/kube/object.ts";

/** Where the state of a cluster is shown. */
export interface Screen {
  /** Writes a line of text. */
  readonly line: (text: string) => void;
  /** Shows the cluster: over what was shown of it before where a person looks on, else what is new. */
  readonly show: (cluster: KubeObject) => void;
}

/** What a screen is made on: standard output, or something like it. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Makes a screen. */
export function screenOn(output: Output): Screen {
  let before: KubeObject | undefined;
  let drawn = 0;
  return {
    line: (text) => {
      drawn = 0;
      output.write(`${text}\n`);
    },
    show: (cluster) => {
      if (output.isTTY === true) {
        const lines = fitting(statusText(cluster), output);
        output.write(`${back(drawn)}${lines.join("\n")}\n`);
        drawn = lines.length;
      } else {
        output.write(newsText(before, cluster));
      }
      before = cluster;
    },
  };
}

/** Goes up to where the last drawing began and clears everything from there. */
function back(lines: number): string {
  return lines === 0 ? "" : `\u001b[${lines}A\u001b[J`;
}

/** A line that wraps, or a drawing that scrolls, could not be drawn over: both are cut. */
function fitting(text: string, { columns = 80, rows = 24 }: Output): readonly string[] {
  const lines = text.trimEnd().split("\n");
  return lines.slice(0, Math.max(1, rows - 1)).map((line) => line.slice(0, columns));
}
