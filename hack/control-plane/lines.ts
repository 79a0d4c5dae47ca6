/**
 * Yields the lines of a text that arrives in pieces, without their ends; a last line without an end is yielded too. Rejects when the
 * source fails (Node's readline does not tell).
 */
export async function* linesOf(source: AsyncIterable<Buffer>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of source) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
