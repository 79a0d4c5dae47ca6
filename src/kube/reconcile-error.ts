/** A failure that trying again cannot mend: the key is left alone until something about it changes. */
export class TerminalError extends Error {
  override readonly name = "TerminalError";
}

/** True for a `TerminalError` and for an error that one caused. */
export function isTerminal(thrown: unknown): boolean {
  return causesOf(thrown).some((cause) => cause instanceof TerminalError);
}

/**
 * True for what Go would call a panic, a fault of the program and not of the world: a thrown value that is no Error, or an
 * error whose first cause is a TypeError, ReferenceError or RangeError. (The TypeError of a failed `fetch` has a further
 * cause, the network's, and is none.)
 */
export function isPanic(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return true;
  const root = causesOf(thrown).at(-1);
  return root instanceof TypeError || root instanceof ReferenceError || root instanceof RangeError;
}

/** The thrown value itself when it is an Error, else an Error that says what was thrown. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`thrown value is no Error: ${String(thrown)}`, { cause: thrown });
}

/** The error and its causes, from the outermost in; each once, even if they run in a circle. */
function causesOf(thrown: unknown): readonly unknown[] {
  const causes = new Set<unknown>();
  for (let cause = thrown; cause !== undefined && !causes.has(cause); ) {
    causes.add(cause);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return [...causes];
}
