import { InvalidArgumentError, Option } from "commander";

/** What every command takes. */
export interface CommonFlags {
  readonly logLevel: LogLevel;
}

/** Which API server to talk to. */
export interface ServerFlags extends CommonFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** How much is told. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** The flag of every command for how much is told; at `debug` a failure shows where it comes from. */
export function logLevelFlag(): Option {
  return new Option("--log-level <level>", "how much to tell").choices(logLevels).default("info");
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const duration = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;

/** Milliseconds of a duration such as `90s`, `10m` or `1h30m`; `0` is none. */
export function parseDuration(text: string): number {
  if (text === "0") return 0;
  if (!duration.test(text))
    throw new InvalidArgumentError("write a duration such as 90s, 10m or 1h30m, or 0 for none.");
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (units[unit] ?? 0), 0);
}

/** A whole number of at least one. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("write a whole number of at least 1.");
  return Number(text);
}

/** Where to listen; an empty host is every address. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `:port` on every address, `[::1]:port`; port 0 is any free one. `0` alone is nowhere. */
export function parseAddress(text: string): Address | "nowhere" {
  if (text === "0") return "nowhere";
  const [, bracketed, plain = "", number = ""] = /^(?:\[([\da-fA-F:.]+)\]|([^:\s]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(number);
  if (number === "" || port > 65_535) throw new InvalidArgumentError("write host:port, :port, or 0 to switch it off.");
  return { host: bracketed ?? plain, port };
}

const namespaceName = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Names of namespaces, separated by commas. */
export function parseNamespaces(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !namespaceName.test(name));
  if (wrong !== undefined)
    throw new InvalidArgumentError("write names of namespaces with commas between, such as a,b.");
  return [...new Set(names)];
}

/** Collects the values of a flag that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
