import type { Graph } from "../../cluster/graph.ts";
import type { Block } from "./blocks.ts";
import { blocksOf } from "./blocks.ts";
import type { Size } from "./columns.ts";
import type { Grid } from "./grid.ts";
import { gridMarkup, gridOf, usualColumns } from "./grid.ts";
import type { Point } from "./layout.ts";
import { layoutOf } from "./layout.ts";
import { arrowHeads, arrowMarkup, boxMarkup, escaped, round, textMarkup, widthOf } from "./markup.ts";
import { paints } from "./phases.ts";

const margin = 24;
const headerHeight = 52;
const legendLine = 24;

/** A part of the picture, with its upper left corner at 0, 0. */
interface Part extends Size {
  readonly markup: readonly string[];
}

/** The graph as a picture that needs nothing else: boxes in columns, arrows to what waits, what does not run, and a legend. */
export function graphSvg(graph: Graph): string {
  const drawing = drawingOf(graph);
  const parts = [drawing, ...restOf(graph, drawing.width), legendOf(graph)];
  const width = round(2 * margin + Math.max(widthOf(headingOf(graph)) * 1.2, ...parts.map((part) => part.width)));
  const tops = parts.map((_, index) =>
    parts.slice(0, index).reduce((sum, part) => sum + part.height + margin, headerHeight),
  );
  const height = round((tops.at(-1) ?? 0) + (parts.at(-1)?.height ?? 0) + margin);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="12">`,
    `<title>${escaped(headingOf(graph))}</title>`,
    arrowHeads,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    textMarkup({ x: margin, y: headerHeight / 2 }, headingOf(graph), 'font-weight="bold" font-size="14"'),
    ...parts.flatMap(({ markup }, index) => [
      `<g transform="translate(${margin} ${round(tops[index] ?? 0)})">`,
      ...markup,
      "</g>",
    ]),
    "</svg>",
    "",
  ].join("\n");
}

function headingOf({ title }: Graph): string {
  return `What waits for what: ${title}`;
}

function drawingOf(graph: Graph): Part {
  const { blocks, links } = blocksOf(graph);
  const grids = new Map(blocks.map((block) => [block, gridOf(block.nodes, usualColumns(block.nodes.length))]));
  const gridFor = (block: Block): Grid => grids.get(block) ?? gridOf(block.nodes, 1);
  const layout = layoutOf(blocks, links, gridFor);
  return {
    width: layout.width,
    height: layout.height,
    markup: [
      ...layout.links.map(({ link, points }) => arrowMarkup(points, link.gate)),
      ...layout.blocks.flatMap(({ block, ...corner }) => gridMarkup(block.nodes, gridFor(block), corner)),
    ],
  };
}

/** What does not run, as far as there is something; in as many columns as the drawing above is wide. */
function restOf({ resting }: Graph, width: number): readonly Part[] {
  if (resting.length === 0) return [];
  const grid = gridOf(resting, Math.max(1, Math.floor(width / (gridOf(resting, 1).width + margin))));
  const title = textMarkup({ x: 0, y: 6 }, "Not run:", 'font-weight="bold"');
  const corner: Point = { x: 0, y: legendLine };
  return [
    { width: grid.width, height: grid.height + legendLine, markup: [title, ...gridMarkup(resting, grid, corner)] },
  ];
}

function legendOf({ nodes }: Graph): Part {
  const gates = nodes.some(({ gatedBy }) => gatedBy.length > 0);
  const states = nodes.some(({ state }) => state !== undefined);
  const rows = [
    arrowRow("a → b: b is first started when a is rolled out", false),
    ...(gates ? [arrowRow("a → b: b is made and changed only while a runs as it shall", true)] : []),
    ...(states ? [phaseRow()] : []),
  ];
  return {
    width: Math.max(...rows.map(({ width }) => width)),
    height: rows.length * legendLine,
    markup: rows.flatMap(({ markup }, index) => [
      `<g transform="translate(0 ${index * legendLine + legendLine / 2})">`,
      ...markup,
      "</g>",
    ]),
  };
}

type Row = Omit<Part, "height">;

function arrowRow(sentence: string, gate: boolean): Row {
  const arrow = arrowMarkup(
    [
      { x: 0, y: 0 },
      { x: 40, y: 0 },
    ],
    gate,
  );
  return { width: 52 + widthOf(sentence), markup: [arrow, textMarkup({ x: 52, y: 0 }, sentence, 'fill="#1c2733"')] };
}

function phaseRow(): Row {
  const room = 118;
  const entries = Object.entries(paints);
  const markup = entries.flatMap(([phase, paint], index) => [
    boxMarkup({ x: index * room, y: -6, width: 18, height: 12, paint, dashed: phase === "Disabled" }),
    textMarkup({ x: index * room + 26, y: 0 }, phase, 'fill="#1c2733"'),
  ]);
  return { width: entries.length * room, markup };
}
