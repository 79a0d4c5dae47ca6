/** What the process tells its caller. */
export const exitCodes = {
  /** Done, and the answer is the good one. */
  ok: 0,
  /** Done, and the answer is the other one: mistakes, differences, not ready. */
  negative: 1,
  /** Not done: wrong usage, an unreadable file, a server that refuses or cannot be reached. */
  failed: 2,
} as const;

/** A failure that the one who typed the command can mend; the message is a sentence for that person. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UsageError";
  }
}

/** What is told of a failure: its message on one line, or everything that is known about it for those who ask to debug. */
export function failureText(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `error: ${JSON.stringify(error)}\n`;
  if (debug) return `${chain(error).join("\ncaused by ")}\n`;
  return `error: ${error.message.replace(/\s*\n\s*/g, " ")}\n`;
}

function chain(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [JSON.stringify(error)];
  return [error.stack ?? error.message, ...chain(error.cause)];
}
