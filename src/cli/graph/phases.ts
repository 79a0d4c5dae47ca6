import type { NodeState } from "../../cluster/graph.ts";

type Phase = NodeState["phase"];

/** Colours of a box: its inside, and its edge. */
export interface Paint {
  readonly fill: string;
  readonly stroke: string;
}

/** Colours of the states of components, and of one of which nothing is known. */
export const paints: Readonly<Record<Phase, Paint>> = {
  Ready: { fill: "#d4f0dc", stroke: "#2e8b4f" },
  Progressing: { fill: "#d6e7fb", stroke: "#2f6fb5" },
  Waiting: { fill: "#fdf1cc", stroke: "#8a6a0a" },
  Failed: { fill: "#fbd9d9", stroke: "#c0392b" },
  Stopped: { fill: "#e9e2f3", stroke: "#6f5499" },
  Disabled: { fill: "#eeeeee", stroke: "#999999" },
  Unknown: { fill: "#ffffff", stroke: "#999999" },
};

/** A component whose state was not asked for. */
export const plainPaint: Paint = { fill: "#eef3fa", stroke: "#4a6fa5" };

/** The same colours as escape codes of a terminal. */
export const terminalColours: Readonly<Record<Phase, string>> = {
  Ready: "\u001b[32m",
  Progressing: "\u001b[34m",
  Waiting: "\u001b[33m",
  Failed: "\u001b[31m",
  Stopped: "\u001b[35m",
  Disabled: "\u001b[90m",
  Unknown: "\u001b[90m",
};
