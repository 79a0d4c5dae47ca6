import type { Block, Link } from "./blocks.ts";
import type { Chain, Item, Size } from "./columns.ts";
import { columnsOf, stepsOf } from "./columns.ts";
import { spread } from "./spread.ts";

/** A place on the drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A block where it stands, by its upper left corner. */
export interface PlacedBlock extends Size, Point {
  readonly block: Block;
}

/** An arrow: from point to point it is level inside a column and bends between two columns, in turns, first level. */
export interface PlacedLink {
  readonly link: Link;
  readonly points: readonly Point[];
}

/** A drawing in which no block touches another, and no arrow goes through a block. */
export interface Layout extends Size {
  readonly blocks: readonly PlacedBlock[];
  readonly links: readonly PlacedLink[];
}

/** Room between columns, and between what stands in one. */
const gaps = { column: 76, row: 14 } as const;

/** How often the heights are evened out. */
const rounds = 12;

interface Column {
  readonly x: number;
  readonly width: number;
}

/** Places blocks in columns, each right of all that it waits for and as near to the height of its neighbours as the others let it. */
export function layoutOf(blocks: readonly Block[], links: readonly Link[], sizeOf: (block: Block) => Size): Layout {
  const { columns, chains } = columnsOf(blocks, links, sizeOf);
  const items = columns.flat();
  const centers = centersOf(columns, chains);
  const centerOf = (item: Item): number => centers.get(item) ?? 0;
  const places = placesOf(columns);
  const columnOf = ({ layer }: Item): Column => places[layer] ?? { x: 0, width: 0 };
  return {
    blocks: items.flatMap(({ block, ...item }, index) => {
      const { x } = columnOf(item);
      const y = centerOf(items[index] ?? item) - item.height / 2;
      return block === undefined ? [] : [{ block, width: item.width, height: item.height, x, y }];
    }),
    links: chains.map((chain) => ({ link: chain.link, points: pointsOf(chain, chains, { centerOf, columnOf }) })),
    width: Math.max(0, ...places.map(({ x, width }) => x + width)),
    height: Math.max(0, ...items.map((item) => centerOf(item) + item.height / 2)),
  };
}

function placesOf(columns: readonly (readonly Item[])[]): readonly Column[] {
  return columns.reduce<readonly Column[]>((places, column) => {
    const last = places.at(-1);
    const x = last === undefined ? 0 : last.x + last.width + gaps.column;
    return [...places, { x, width: Math.max(0, ...column.map(({ width }) => width)) }];
  }, []);
}

/** The middle of each item from the top of the drawing. */
function centersOf(columns: readonly (readonly Item[])[], chains: readonly Chain[]): ReadonlyMap<Item, number> {
  const steps = chains.flatMap(stepsOf);
  const centers = new Map<Item, number>();
  const wishOf = (item: Item): number => {
    const beside = steps.flatMap(([a, b]) => (a === item ? [b] : b === item ? [a] : []));
    const known = beside.flatMap((one) => centers.get(one) ?? []);
    return known.length === 0 ? (centers.get(item) ?? 0) : known.reduce((sum, y) => sum + y, 0) / known.length;
  };
  const settle = (column: readonly Item[]): void => {
    const wished = column.map((item) => ({ wish: wishOf(item), size: item.height + gaps.row }));
    for (const [index, center] of spread(wished).entries()) centers.set(column[index] as Item, center);
  };
  for (let round = 0; round < rounds; round++) {
    for (const column of round % 2 === 0 ? columns : columns.toReversed()) settle(column);
  }
  const top = Math.min(...columns.flat().map((item) => (centers.get(item) ?? 0) - item.height / 2));
  return new Map([...centers].map(([item, center]) => [item, center - top]));
}

interface Placing {
  readonly centerOf: (item: Item) => number;
  readonly columnOf: (item: Item) => Column;
}

function pointsOf(chain: Chain, chains: readonly Chain[], { centerOf, columnOf }: Placing): readonly Point[] {
  const { from, passes, to } = chain;
  const { x, width } = columnOf(from);
  const through = passes.flatMap((item) => {
    const column = columnOf(item);
    return [
      { x: column.x, y: centerOf(item) },
      { x: column.x + column.width, y: centerOf(item) },
    ];
  });
  return [
    { x: x + from.width, y: centerOf(from) },
    { x: x + width, y: centerOf(from) },
    ...through,
    { x: columnOf(to).x, y: entryOf(chain, chains, centerOf) },
  ];
}

/** Where an arrow meets its last block: several arrows share the height of its side. */
function entryOf({ link, to }: Chain, chains: readonly Chain[], centerOf: Placing["centerOf"]): number {
  const last = ({ from, passes }: Chain): number => centerOf(passes.at(-1) ?? from);
  const entering = chains.filter((one) => one.to === to).toSorted((a, b) => last(a) - last(b));
  const rank = entering.findIndex((one) => one.link === link);
  return centerOf(to) - to.height / 2 + (to.height * (rank + 1)) / (entering.length + 1);
}
