/** What a line is in a diff: in both texts, only in the first, only in the second. */
type Mark = " " | "-" | "+";

interface Line {
  readonly mark: Mark;
  readonly text: string;
}

/** Lines around a change that are shown. */
const context = 3;

/** The hunks of a unified diff of two texts; none when they are equal. */
export function unifiedDiff(before: readonly string[], after: readonly string[]): readonly string[] {
  const lines = diffLines(before, after);
  return rangesOf(lines).flatMap(({ start, end }) => [
    header(lines, start, end),
    ...lines.slice(start, end).map(({ mark, text }) => mark + text),
  ]);
}

/** What both begin and end with needs no search, and most texts differ in a few lines. */
function diffLines(before: readonly string[], after: readonly string[]): readonly Line[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const same = (texts: readonly string[]): readonly Line[] => texts.map((text) => ({ mark: " ", text }));
  return [
    ...same(before.slice(0, head)),
    ...search(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(before.slice(before.length - tail)),
  ];
}

/** Keeps a longest common subsequence; removed lines stand before added ones. */
function search(before: readonly string[], after: readonly string[]): readonly Line[] {
  const length = commonLengths(before, after);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    const [old = "", next = ""] = [before[i], after[j]];
    if (old === next) {
      lines.push({ mark: " ", text: old });
      [i, j] = [i + 1, j + 1];
    } else if (length(i + 1, j) >= length(i, j + 1)) {
      lines.push({ mark: "-", text: old });
      i += 1;
    } else {
      lines.push({ mark: "+", text: next });
      j += 1;
    }
  }
  for (const text of before.slice(i)) lines.push({ mark: "-", text });
  for (const text of after.slice(j)) lines.push({ mark: "+", text });
  return lines;
}

/** How many lines the rests from `i` and from `j` have in common. */
function commonLengths(before: readonly string[], after: readonly string[]): (i: number, j: number) => number {
  const width = after.length + 1;
  const table = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      table[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return at;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Changes with their context; those that touch are shown together. */
function rangesOf(lines: readonly Line[]): readonly Range[] {
  const ranges: Range[] = [];
  for (const [index, { mark }] of lines.entries()) {
    if (mark === " ") continue;
    const [start, end] = [Math.max(0, index - context), Math.min(lines.length, index + context + 1)];
    const last = ranges.at(-1);
    if (last !== undefined && start <= last.end) ranges[ranges.length - 1] = { start: last.start, end };
    else ranges.push({ start, end });
  }
  return ranges;
}

function header(lines: readonly Line[], start: number, end: number): string {
  const count = (from: number, to: number, without: Mark): number =>
    lines.slice(from, to).filter(({ mark }) => mark !== without).length;
  const side = (without: Mark): string => {
    const length = count(start, end, without);
    // As diff counts: an empty side names the line before it.
    return `${count(0, start, without) + (length === 0 ? 0 : 1)},${length}`;
  };
  return `@@ -${side("+")} +${side("-")} @@`;
}
