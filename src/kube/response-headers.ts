import type { IncomingHttpHeaders } from "undici/types/header.js";

/** Seconds that a `Retry-After` header asks to wait, given as a number or as a date; undefined without a readable one. */
export function retryAfterSeconds(headers: IncomingHttpHeaders, now: number = Date.now()): number | undefined {
  const text = first(headers["retry-after"])?.trim();
  if (text === undefined || text === "") return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/** The texts of all `Warning` headers with code 299, as the API server sends them. */
export function warningsOf(headers: IncomingHttpHeaders): readonly string[] {
  const header = headers["warning"];
  const lines = header === undefined ? [] : [header].flat();
  return lines.flatMap((line) =>
    [...line.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => (match[1] ?? "").replace(/\\(.)/g, "$1")),
  );
}

function first(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.[0];
}
