import type { Graph, GraphNode, NodeState } from "../../cluster/graph.ts";
import { depthsOf, nodesBefore, parentOf } from "../../cluster/graph.ts";
import { tableText } from "../table.ts";
import { terminalColours } from "./phases.ts";

interface Line {
  readonly tree: string;
  readonly node: GraphNode;
  /** What it waits for beside the one that it stands under. */
  readonly others: readonly string[];
}

/** The graph as a tree of text: what waits stands under what it waits for. With `coloured` the states are marked for a terminal. */
export function graphText({ title, nodes, resting }: Graph, coloured = false): string {
  const lines = linesOf(nodes);
  const width = Math.max(0, ...lines.map(({ tree }) => tree.length));
  const body = lines.map((line) => `${textOf(line, width, coloured).trimEnd()}\n`).join("");
  const gates = nodes.some(({ gatedBy }) => gatedBy.length > 0) ? [gateLegend] : [];
  const legend = [startLegend, ...gates].map((text) => `${text}\n`).join("");
  const rest =
    resting.length === 0 ? "" : `\nNot run:\n${tableText(resting.map(({ type, reason }) => [`  ${type}`, reason]))}`;
  return `${title}\n\n${body}${rest}\n${legend}`;
}

const startLegend = "a ├─ b  b is first started when a is rolled out.";
const gateLegend = "a ├═ b  b is made and changed only while a runs as it shall.";

function linesOf(nodes: readonly GraphNode[]): readonly Line[] {
  const depths = depthsOf(nodes);
  const families = Object.groupBy(nodes, (node) => parentOf(node, depths) ?? "");
  return (families[""] ?? []).flatMap((root) => below(root, "", ""));

  function below(node: GraphNode, mark: string, indent: string): readonly Line[] {
    const children = families[node.type] ?? [];
    const others = nodesBefore(node).filter((type) => type !== parentOf(node, depths));
    const inner = children.flatMap((child, index) => {
      const last = index === children.length - 1;
      const stroke = child.gatedBy.includes(node.type) ? "═" : "─";
      return below(child, `${indent}${last ? "└" : "├"}${stroke} `, `${indent}${last ? "   " : "│  "}`);
    });
    return [{ tree: `${mark}${node.type}`, node, others }, ...inner];
  }
}

function textOf({ tree, node: { state }, others }: Line, width: number, coloured: boolean): string {
  const also = others.length === 0 ? [] : [`also after ${others.join(" and ")}`];
  const how = state === undefined ? [] : [stateText(state, coloured)];
  return [tree.padEnd(width), ...how, ...also].join("  ");
}

function stateText({ phase, ready = "", message }: NodeState, coloured: boolean): string {
  const word = coloured ? `${terminalColours[phase]}${phase}\u001b[39m` : phase;
  const why = phase === "Ready" || message === undefined ? "" : `(${message.replace(/\s+/g, " ")})`;
  return [word, ready, why].filter((part) => part !== "").join(" ");
}
