import type { NginxDirective } from "./nginx.ts";

interface Line {
  readonly words: readonly string[];
  readonly number: number;
}

/**
 * Reads a Corefile, the configuration of CoreDNS, into the form of an nginx configuration: directives of one line, and
 * blocks that a `{` at the end of a line opens and a `}` alone on a line closes. Comments are not kept.
 *
 * @throws Error that names the line where the text stops being one: a directive outside any block, a block left open.
 */
export function parseCorefile(text: string): readonly NginxDirective[] {
  const lines = linesOf(text);
  const { block, next } = parseBlock(lines, 0);
  const rest = lines[next];
  if (rest !== undefined) throw mistake(rest, "closes no block");
  if (block.length === 0 || !block.every((directive) => "block" in directive)) {
    throw new Error("Corefile: outside of blocks stands something else");
  }
  return block;
}

function linesOf(text: string): readonly Line[] {
  const lines = text.split("\n").map((line, index) => {
    const words = line.replace(/(?:^|\s)#.*$/, "").split(/\s+/);
    return { words: words.filter(Boolean), number: index + 1 };
  });
  return lines.filter(({ words }) => words.length > 0);
}

function parseBlock(lines: readonly Line[], start: number): { block: readonly NginxDirective[]; next: number } {
  const block: NginxDirective[] = [];
  let at = start;
  for (let line = lines[at]; line !== undefined && line.words[0] !== "}"; line = lines[at]) {
    const { directive, next } = parseDirective(lines, line, at + 1);
    block.push(directive);
    at = next;
  }
  return { block, next: at };
}

function parseDirective(
  lines: readonly Line[],
  line: Line,
  start: number,
): { directive: NginxDirective; next: number } {
  if (line.words.at(-1) !== "{") return { directive: line.words, next: start };
  const { block, next } = parseBlock(lines, start);
  if (lines[next]?.words.length !== 1) throw mistake(line, "is not closed");
  return { directive: { words: line.words.slice(0, -1), block }, next: next + 1 };
}

function mistake({ words, number }: Line, what: string): Error {
  return new Error(`Corefile, line ${number}: "${words.join(" ")}" ${what}`);
}
