import type { Graph, GraphNode } from "../../cluster/graph.ts";
import { paints, plainPaint } from "./phases.ts";

/** The graph in the language of Graphviz: arrows lead to what waits, dashed ones to what is gated. */
export function graphDot({ title, nodes, resting }: Graph): string {
  const { fill, stroke } = paints.Disabled;
  return [
    `digraph ${quoted(title)} {`,
    "  rankdir=LR;",
    '  node [shape=box, style="rounded,filled", fontname="monospace", fontsize=11];',
    ...nodes.map(nodeLine),
    ...nodes.flatMap(edgeLines),
    ...resting.map(
      ({ type, reason }) =>
        `  ${quoted(type)} [style="rounded,filled,dashed", fillcolor="${fill}", color="${stroke}", tooltip=${quoted(reason)}];`,
    ),
    "}",
    "",
  ].join("\n");
}

function nodeLine({ type, state }: GraphNode): string {
  const { fill, stroke } = state === undefined ? plainPaint : paints[state.phase];
  const { phase = "", ready = "", message = "" } = state ?? {};
  const lines = [type, [phase, ready].filter(Boolean).join(" ")].filter(Boolean);
  const why = message === "" ? "" : `, tooltip=${quoted(message)}`;
  return `  ${quoted(type)} [label=${lines.map(escaped).join("\\n").replace(/^|$/g, '"')}, fillcolor="${fill}", color="${stroke}"${why}];`;
}

function edgeLines({ type, after, gatedBy }: GraphNode): readonly string[] {
  return [
    ...after.map((one) => `  ${quoted(one)} -> ${quoted(type)};`),
    ...gatedBy.map((one) => `  ${quoted(one)} -> ${quoted(type)} [style=dashed];`),
  ];
}

function escaped(text: string): string {
  return text.replace(/[\\"]/g, (character) => `\\${character}`).replace(/\s+/g, " ");
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}
