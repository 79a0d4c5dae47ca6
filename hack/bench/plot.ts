/** Values over a count, in the order of the count. */
export interface Series {
  readonly what: string;
  readonly unit: string;
  readonly points: readonly (readonly [number, number])[];
}

const panel = { width: 360, height: 260, left: 52, right: 16, top: 40, bottom: 40 } as const;
const ink = "#24292f";
const grid = "#d0d7de";
const line = "#0969da";

/** Series side by side as a picture, each with an axis of its own that begins at zero. */
export function plot(series: readonly Series[], over: string): string {
  const width = panel.width * series.length;
  const panels = series.map(
    (one, index) => `<g transform="translate(${index * panel.width} 0)">${drawn(one, over)}</g>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${panel.height}" width="${width}" height="${panel.height}" font-family="sans-serif" font-size="12" fill="${ink}">`,
    `<rect width="${width}" height="${panel.height}" fill="#ffffff"/>`,
    ...panels,
    "</svg>",
    "",
  ].join("\n");
}

function drawn({ what, unit, points }: Series, over: string): string {
  const most = Math.max(...points.map(([count]) => count));
  const top = niceAbove(Math.max(...points.map(([, value]) => value)));
  const x = (count: number): number => panel.left + (count / most) * (panel.width - panel.left - panel.right);
  const y = (value: number): number =>
    panel.height - panel.bottom - (value / top) * (panel.height - panel.top - panel.bottom);
  const path = points.map(([count, value]) => `${x(count).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  return [
    `<text x="${panel.left}" y="22" font-weight="bold">${what}, ${unit}</text>`,
    ...[0, 0.25, 0.5, 0.75, 1].map((part) => level(part * top, y(part * top))),
    ...ticks(points, most).map(
      (count) => `<text x="${x(count)}" y="${panel.height - panel.bottom + 16}" text-anchor="middle">${count}</text>`,
    ),
    `<text x="${x(most / 2)}" y="${panel.height - 8}" text-anchor="middle">${over}</text>`,
    `<polyline points="${path}" fill="none" stroke="${line}" stroke-width="2"/>`,
    ...points.map(
      ([count, value]) => `<circle cx="${x(count).toFixed(1)}" cy="${y(value).toFixed(1)}" r="2.5" fill="${line}"/>`,
    ),
  ].join("\n");
}

function level(value: number, at: number): string {
  const label = String(Number(value.toPrecision(3)));
  return (
    `<line x1="${panel.left}" y1="${at}" x2="${panel.width - panel.right}" y2="${at}" stroke="${grid}"/>` +
    `<text x="${panel.left - 6}" y="${at + 4}" text-anchor="end">${label}</text>`
  );
}

/** The counts themselves where they are few, else fifths of the axis. */
function ticks(points: Series["points"], most: number): readonly number[] {
  return points.length <= 5
    ? points.map(([count]) => count)
    : [1, 2, 3, 4, 5].map((part) => Math.round((part * most) / 5));
}

/** The next number above that reads well: 1, 2, 4 or 8 times a power of ten, and so has four even parts. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}
