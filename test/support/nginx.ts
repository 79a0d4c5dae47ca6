/** A directive that ends in a semicolon: its name and its arguments, without quotes. */
type NginxStatement = readonly string[];

/** A directive that opens a block: what stands before the brace, and what stands between the braces. */
interface NginxBlock {
  readonly words: readonly string[];
  readonly block: readonly NginxDirective[];
}

/** One directive of an nginx configuration. Comments and the kind of quotes are not kept: they mean nothing to nginx. */
export type NginxDirective = NginxStatement | NginxBlock;

interface Token {
  readonly form: "word" | "mark" | "end";
  readonly text: string;
  readonly line: number;
}

const blankOrComment = /(?:\s|#[^\n]*)+/y;
const mark = /[;{}]/y;
const quoted = /(["'])((?:\\[^]|(?!\1)[^\\])*)\1(?=[\s;{)]|$)/y;
// As nginx reads it: inside a bare word quotes, "#" and "}" are ordinary, and "${" belongs to a variable.
const bare = /(?:\\[^]|\$\{|[^\s;{}"'\\])(?:\\[^]|\$\{|[^\s;{\\])*/y;

/**
 * Reads the text of an nginx configuration.
 *
 * @throws Error that names the line where the text stops being one.
 */
export function parseNginx(text: string): readonly NginxDirective[] {
  const tokens = tokensOf(text);
  const { block, next } = parseBlock(tokens, 0);
  const token = tokenAt(tokens, next);
  if (token.form !== "end") throw mistake(`unexpected "${token.text}"`, token);
  return block;
}

/** Whether a directive opens a block. */
export function isBlock(directive: NginxDirective): directive is NginxBlock {
  return "block" in directive;
}

function parseBlock(tokens: readonly Token[], start: number): { block: readonly NginxDirective[]; next: number } {
  const block: NginxDirective[] = [];
  let at = start;
  while (tokenAt(tokens, at).form === "word" || [";", "{"].includes(tokenAt(tokens, at).text)) {
    const { directive, next } = parseDirective(tokens, at);
    block.push(directive);
    at = next;
  }
  return { block, next: at };
}

function parseDirective(tokens: readonly Token[], start: number): { directive: NginxDirective; next: number } {
  let at = start;
  while (tokenAt(tokens, at).form === "word") at += 1;
  const end = tokenAt(tokens, at);
  if (at === start) throw mistake(`a directive without a name before "${end.text}"`, end);
  const words = tokens.slice(start, at).map((token) => token.text);
  if (end.text === ";") return { directive: words, next: at + 1 };
  if (end.text !== "{" || end.form === "end") throw mistake(`"${words.join(" ")}" does not end in ";"`, end);
  const { block, next } = parseBlock(tokens, at + 1);
  if (tokenAt(tokens, next).text !== "}") throw mistake(`the block of "${words.join(" ")}" is not closed`, end);
  return { directive: { words, block }, next: next + 1 };
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = match(blankOrComment, text, 0)?.[0].length ?? 0;
  while (at < text.length) {
    const { token, length } = tokenFrom(text, at);
    tokens.push(token);
    at += length;
    at += match(blankOrComment, text, at)?.[0].length ?? 0;
  }
  return [...tokens, { form: "end", text: "", line: lineOf(text, text.length) }];
}

function tokenFrom(text: string, at: number): { token: Token; length: number } {
  const line = lineOf(text, at);
  const found = match(mark, text, at);
  if (found !== null) return { token: { form: "mark", text: found[0], line }, length: 1 };
  const string = match(quoted, text, at);
  if (string !== null) {
    return { token: { form: "word", text: unescaped(string[2] ?? ""), line }, length: string[0].length };
  }
  const word = match(bare, text, at);
  if (word === null) throw mistake("a quoted word that does not end, or has text right after it", { line });
  return { token: { form: "word", text: unescaped(word[0]), line }, length: word[0].length };
}

function unescaped(word: string): string {
  const controls: Readonly<Record<string, string>> = { t: "\t", r: "\r", n: "\n" };
  return word.replace(/\\(["'\\trn])/g, (_, escaped: string) => controls[escaped] ?? escaped);
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  const sticky = new RegExp(pattern);
  sticky.lastIndex = at;
  return sticky.exec(text);
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

function tokenAt(tokens: readonly Token[], at: number): Token {
  return tokens[at] ?? { form: "end", text: "", line: 0 };
}

function mistake(what: string, token: { readonly line: number }): Error {
  return new Error(`nginx configuration, line ${token.line}: ${what}`);
}
