import type { NodeState } from "../../cluster/graph.ts";
import type { Size } from "./columns.ts";
import type { Point } from "./layout.ts";
import { boxMarkup, lineHeight, textMarkup, widthOf } from "./markup.ts";
import type { Paint } from "./phases.ts";
import { paints, plainPaint } from "./phases.ts";

/** A component as a box. */
export interface Cell {
  readonly type: string;
  readonly state?: NodeState;
  /** Why it does not run. */
  readonly reason?: string;
}

const padding = 10;
/** Room between boxes of a grid, and between them and the frame around them. */
const between = 6;
const frame = 8;

/** How cells are arranged: one after the other from top to bottom, then the next column. */
export interface Grid extends Size {
  readonly rows: number;
  readonly cell: Size;
  /** Whether a frame holds them together. */
  readonly framed: boolean;
}

/** A grid of cells in a number of columns; cells with a state have a second line for it. */
export function gridOf(cells: readonly Cell[], columns: number): Grid {
  const rows = Math.max(1, Math.ceil(cells.length / columns));
  const framed = cells.length > 1;
  const lines = cells.map(linesOf);
  const cell = {
    width: Math.max(0, ...lines.flat().map(widthOf)) + 2 * padding,
    height: Math.max(1, ...lines.map(({ length }) => length)) * lineHeight + padding,
  };
  const edge = framed ? 2 * frame : 0;
  return {
    rows,
    cell,
    framed,
    width: Math.ceil(cells.length / rows) * (cell.width + between) - between + edge,
    height: rows * (cell.height + between) - between + edge,
  };
}

/** Columns in which so many cells are neither a tower nor a wall. */
export function usualColumns(cells: number): number {
  if (cells <= 4) return 1;
  return cells <= 12 ? 2 : 3;
}

function linesOf({ type, state }: Cell): readonly string[] {
  return state === undefined ? [type] : [type, [state.phase, state.ready].filter(Boolean).join(" ")];
}

/** A grid drawn with its upper left corner at a point. */
export function gridMarkup(cells: readonly Cell[], grid: Grid, { x, y }: Point): readonly string[] {
  const edge = grid.framed ? frame : 0;
  const around = { x, y, width: grid.width, height: grid.height, paint: { fill: "#fafbfc", stroke: "#c3ccd9" } };
  const boxes = cells.flatMap((cell, index) => {
    const column = Math.floor(index / grid.rows);
    const row = index % grid.rows;
    const corner = {
      x: x + edge + column * (grid.cell.width + between),
      y: y + edge + row * (grid.cell.height + between),
    };
    return cellMarkup(cell, grid.cell, corner);
  });
  return [...(grid.framed ? [boxMarkup(around)] : []), ...boxes];
}

function cellMarkup(cell: Cell, size: Size, corner: Point): readonly string[] {
  const { type, state, reason } = cell;
  const paint = paintOf(cell);
  const tooltip = [type, state?.phase, state?.ready, state?.message, reason].filter(Boolean).join(" ");
  const lines = linesOf(cell);
  const top = corner.y + size.height / 2 - ((lines.length - 1) * lineHeight) / 2;
  return [
    boxMarkup({ ...corner, ...size, paint, dashed: paint === paints.Disabled, tooltip }),
    ...lines.map((line, index) => {
      const look = index === 0 ? 'fill="#1c2733"' : `fill="${paint.stroke}" font-size="11"`;
      return textMarkup({ x: corner.x + padding, y: top + index * lineHeight }, line, look);
    }),
  ];
}

function paintOf({ state, reason }: Cell): Paint {
  if (reason !== undefined) return paints.Disabled;
  return state === undefined ? plainPaint : paints[state.phase];
}
