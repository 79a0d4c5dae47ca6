const newline = 0x0a;

/**
 * Parses a stream of JSON values, one per line, as watches send them. `onData` is told of every piece that arrives, also when it does not
 * end a line. A last line without an end is dropped: it was cut off. Rejects with an error that repeats nothing of the text.
 */
export async function* jsonLines(stream: AsyncIterable<Buffer>, onData: () => void): AsyncGenerator {
  let rest: Buffer[] = [];
  for await (const chunk of stream) {
    onData();
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)]);
      rest = [];
      start = end + 1;
      if (line.length > 0) yield parsed(line);
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    throw new Error("the server sent a line that is not JSON");
  }
}
