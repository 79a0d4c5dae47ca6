import type { Block, Link } from "./blocks.ts";

/** Width and height. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What takes room in a column: a block, or an arrow that passes between the blocks of that column. */
export interface Item extends Size {
  readonly layer: number;
  readonly block?: Block;
}

/** An arrow with everything that it touches, from its first block by the columns between to its last block. */
export interface Chain {
  readonly link: Link;
  readonly from: Item;
  readonly passes: readonly Item[];
  readonly to: Item;
}

/** Room for an arrow between two blocks. */
const passage: Size = { width: 0, height: 4 };

/** The items of a graph column by column, each column from top to bottom, and its arrows. */
export interface Columns {
  readonly columns: readonly (readonly Item[])[];
  readonly chains: readonly Chain[];
}

/** Arranges blocks and arrows so that what belongs together stands together: everything below the last of those that it waits for. */
export function columnsOf(blocks: readonly Block[], links: readonly Link[], sizeOf: (block: Block) => Size): Columns {
  const items = new Map(blocks.map((block) => [block, { ...sizeOf(block), layer: block.layer, block }]));
  const chains = links.flatMap((link): readonly Chain[] => {
    const [from, to] = [items.get(link.from), items.get(link.to)];
    if (from === undefined || to === undefined) return [];
    const between = Array.from({ length: to.layer - from.layer - 1 }, (_, index) => from.layer + 1 + index);
    return [{ link, from, passes: between.map((layer) => ({ ...passage, layer })), to }];
  });
  const ordered = inOrder([...items.values()], chains);
  const layers = Array.from({ length: Math.max(-1, ...ordered.map(({ layer }) => layer)) + 1 });
  return { chains, columns: layers.map((_, layer) => ordered.filter((item) => item.layer === layer)) };
}

/** The pairs of neighbours that an arrow leads through. */
export function stepsOf({ from, passes, to }: Chain): readonly (readonly [Item, Item])[] {
  const all = [from, ...passes, to];
  return all.slice(1).map((item, index) => [all[index] ?? from, item]);
}

/** Every item once, each after the last of those before it. */
function inOrder(blocks: readonly Item[], chains: readonly Chain[]): readonly Item[] {
  const steps = chains.flatMap(stepsOf);
  const seen = new Set<Item>();
  const visit = (item: Item): void => {
    const isReached = steps.every(([before, after]) => after !== item || seen.has(before));
    if (seen.has(item) || !isReached) return;
    seen.add(item);
    for (const [before, after] of steps) if (before === item) visit(after);
  };
  for (const block of blocks) visit(block);
  return [...seen];
}
