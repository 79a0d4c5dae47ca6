import type { Logger } from "pino";
import { pino, stdSerializers, stdTimeFunctions } from "pino";
import type { LogLevel } from "./flags.ts";

/** Form of log lines: one JSON object per line, or a line for people. */
export type LogFormat = "json" | "text";

/** A logger that writes whole lines. */
export function createLogger(
  { logLevel, logFormat }: { readonly logLevel: LogLevel | "silent"; readonly logFormat: LogFormat },
  write: (line: string) => void,
): Logger {
  const formatters = { level: (level: string) => ({ level }) };
  const options = {
    level: logLevel,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters,
    serializers: { err: stdSerializers.errWithCause },
  };
  return pino(options, { write: logFormat === "json" ? write : (line) => write(lineForPeople(line)) });
}

/** `2026-01-31T10:00:00.000Z INFO  object synced action=created` */
function lineForPeople(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${valueText(value)}`);
  return `${[String(time), String(level).toUpperCase().padEnd(5), String(msg), ...pairs].join(" ")}\n`;
}

function valueText(value: unknown): string {
  if (typeof value === "string" && !/[\s"=]/.test(value)) return value;
  if (typeof value === "object" && value !== null && "message" in value) return JSON.stringify(value.message);
  return JSON.stringify(value);
}
