import type { Size } from "./columns.ts";
import type { Point } from "./layout.ts";
import type { Paint } from "./phases.ts";

/** Height of a line of text, and width of a letter: no usual monospaced font is wider. */
export const lineHeight = 15;
export const letterWidth = 7.25;

/** Width of a text in pixels. */
export function widthOf(text: string): number {
  return text.length * letterWidth;
}

/** A number as it stands in a picture: to a tenth of a pixel, so that pictures of equal things are equal. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Text that holds nothing that XML would read. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A line of text that begins at a point, its middle at the height of that. */
export function textMarkup({ x, y }: Point, text: string, attributes = ""): string {
  return `<text x="${round(x)}" y="${round(y)}" dy="0.35em" ${attributes}>${escaped(text)}</text>`;
}

/** A box with rounded corners and a tooltip. */
export interface Box extends Point, Size {
  readonly paint: Paint;
  readonly dashed?: boolean;
  readonly tooltip?: string;
}

/** The box. */
export function boxMarkup({ x, y, width, height, paint, dashed, tooltip }: Box): string {
  const place = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="5"`;
  const style = `fill="${paint.fill}" stroke="${paint.stroke}"${dashed === true ? ' stroke-dasharray="4 3"' : ""}`;
  const title = tooltip === undefined ? "" : `<title>${escaped(tooltip)}</title>`;
  return `<rect ${place} ${style}>${title}</rect>`;
}

const stroke = 'fill="none" stroke-width="1.4"';

/** An arrow through points: level from each first to second, bent from each second to the next. A gate is dashed. */
export function arrowMarkup(points: readonly Point[], gate: boolean): string {
  const [start = { x: 0, y: 0 }, ...rest] = points;
  const parts = rest.map((point, index) => {
    const before = points[index] ?? start;
    if (index % 2 === 0) return `L ${round(point.x)} ${round(point.y)}`;
    const middle = round((before.x + point.x) / 2);
    return `C ${middle} ${round(before.y)} ${middle} ${round(point.y)} ${round(point.x)} ${round(point.y)}`;
  });
  const look = gate
    ? 'stroke="#8e44ad" stroke-dasharray="6 4" marker-end="url(#gate)"'
    : 'stroke="#7f8ea3" marker-end="url(#start)"';
  return `<path d="M ${round(start.x)} ${round(start.y)} ${parts.join(" ")}" ${stroke} ${look}/>`;
}

function arrowHead(id: string, fill: string): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M 0 0 L 8 4 L 0 8 z" fill="${fill}"/></marker>`;
}

/** The heads of arrows, to stand before all arrows. */
export const arrowHeads = `<defs>${arrowHead("start", "#7f8ea3")}${arrowHead("gate", "#8e44ad")}</defs>`;
