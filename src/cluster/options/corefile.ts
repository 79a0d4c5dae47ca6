import type { Statement } from "./nginx.ts";

/**
 * The text of a Corefile, the configuration of CoreDNS: one directive per line, words divided by blanks, blocks in braces.
 * An empty directive is an empty line.
 * What people chose stands in a directive by way of `word`.
 */
export function corefileText(statements: readonly Statement[], indent = ""): string {
  return statements.map((statement) => statementText(statement, indent)).join("");
}

function statementText(statement: Statement, indent: string): string {
  if (statement === "") return "\n";
  if (typeof statement === "string") return `${indent}${statement}\n`;
  return `${indent}${statement.head} {\n${corefileText(statement.body, `${indent}    `)}${indent}}\n`;
}

/** A value as one word of a Corefile, in quotes where it would be read as several, as a comment or as a brace. */
export function word(value: string): string {
  return /^[^\s"#{}]+$/.test(value) ? value : `"${value.replaceAll('"', '\\"')}"`;
}
