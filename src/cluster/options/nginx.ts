/** A statement of an nginx configuration without its semicolon, a comment `# …`, an empty line, or a block of these behind a head. */
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

/** The same statements with an empty line between two of them. */
export function spaced(statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((statement, index) => (index === 0 ? [statement] : ["", statement]));
}

/** The text of a configuration. */
export function nginxText(statements: readonly Statement[], indent = ""): string {
  return statements.map((statement) => statementText(statement, indent)).join("");
}

function statementText(statement: Statement, indent: string): string {
  if (typeof statement === "string") return lineText(statement, indent);
  return `${indent}${statement.head} {\n${nginxText(statement.body, `${indent}    `)}${indent}}\n`;
}

/** What ends in a brace is a block that was written on one line. */
function lineText(line: string, indent: string): string {
  if (line === "") return "\n";
  return /^#|\}$/.test(line) ? `${indent}${line}\n` : `${indent}${line};\n`;
}
