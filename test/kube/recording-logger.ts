import { type Logger, pino } from "pino";

/** One line as it was logged; `level` is pino's number, 40 for a warning and 50 for an error. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A logger whose lines a test can read. */
export interface RecordingLogger {
  readonly logger: Logger;
  /** All lines so far of that level and above. */
  lines(level?: number): readonly LogLine[];
}

/** Makes a logger that keeps every line. */
export function recordingLogger(): RecordingLogger {
  const lines: LogLine[] = [];
  const logger = pino({ level: "trace" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { logger, lines: (level = 0) => lines.filter((line) => line.level >= level) };
}

/** A logger that says nothing. */
export const silentLogger: Logger = pino({ level: "silent" });
