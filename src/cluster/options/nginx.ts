/** A statement of an nginx configuration, without its semicolon, or a block of statements behind a head. */
export type Statement = string | Block;

/** `location /api { … }`: a head and what stands in braces behind it. */
export interface Block {
  readonly head: string;
  readonly body: readonly Statement[];
}

/** A block. */
export function block(head: string, ...body: readonly Statement[]): Block {
  return { head, body };
}

/** The text of a configuration. */
export function nginxText(statements: readonly Statement[], indent = ""): string {
  return statements.map((statement) => statementText(statement, indent)).join("");
}

function statementText(statement: Statement, indent: string): string {
  if (typeof statement === "string") return `${indent}${statement};\n`;
  return `${indent}${statement.head} {\n${nginxText(statement.body, `${indent}    `)}${indent}}\n`;
}
