import type { Graph, GraphNode } from "../../cluster/graph.ts";
import { depthsOf, nodesBefore } from "../../cluster/graph.ts";

/** Nodes that are drawn together: one alone, or several that wait for the same and that nobody waits for. */
export interface Block {
  readonly nodes: readonly GraphNode[];
  /** Number of the column that it stands in. */
  readonly layer: number;
}

/** An arrow from the block of one node to a block. */
export interface Link {
  readonly from: Block;
  readonly to: Block;
  readonly gate: boolean;
}

/** The blocks of a graph in the order of its nodes, those of several nodes last, and the arrows between them. */
export function blocksOf({ nodes }: Graph): { readonly blocks: readonly Block[]; readonly links: readonly Link[] } {
  const waitedFor = new Set(nodes.flatMap(nodesBefore));
  const depths = depthsOf(nodes);
  const groups = Object.groupBy(nodes, (node) => (waitedFor.has(node.type) ? node.type : `behind ${waits(node)}`));
  const blocks = Object.values(groups)
    .map((group = []): Block => ({ nodes: group, layer: depths.get(group[0]?.type ?? "") ?? 0 }))
    .toSorted((a, b) => Math.min(a.nodes.length, 2) - Math.min(b.nodes.length, 2));
  const blockOf = new Map(blocks.flatMap((block) => block.nodes.map(({ type }) => [type, block] as const)));
  return { blocks, links: blocks.flatMap((to) => linksTo(to, blockOf)) };
}

function waits({ after, gatedBy }: GraphNode): string {
  return `${after.join()} and ${gatedBy.join()}`;
}

function linksTo(to: Block, blockOf: ReadonlyMap<string, Block>): readonly Link[] {
  const [first] = to.nodes;
  if (first === undefined) return [];
  return nodesBefore(first).flatMap((type) => {
    const from = blockOf.get(type);
    return from === undefined ? [] : [{ from, to, gate: first.gatedBy.includes(type) }];
  });
}
