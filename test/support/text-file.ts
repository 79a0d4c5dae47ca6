const exported = /^export\s+([A-Za-z_][A-Za-z0-9_]*)=(.*)$/;
const quoted = /^(?:"((?:[^"\\$`]|\\["\\$`])*)"|'([^']*)')$/;
const plain = /^[^\s"'\\$`;&|<>()]*$/;

/**
 * Reads a shell file of `export NAME=value` lines, empty lines and comments: the names that it exports, with their values.
 *
 * @throws Error that names the line which is anything else: a command, a value that the shell would expand, a name exported twice.
 */
export function parseExports(text: string): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const [index, line] of text.split("\n").entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const [, name = "", written = ""] = exported.exec(line.trim()) ?? [];
    const value = valueOf(written);
    if (name === "" || value === undefined || values.has(name)) {
      throw new Error(`shell file, line ${index + 1}: not one new "export NAME=value"`);
    }
    values.set(name, value);
  }
  return Object.fromEntries(values);
}

function valueOf(written: string): string | undefined {
  const found = quoted.exec(written);
  if (found !== null) return found[2] ?? (found[1] ?? "").replace(/\\(["\\$`])/g, "$1");
  return plain.test(written) ? written : undefined;
}

/**
 * Reads a Java properties file of `key=value` lines, empty lines and comments: the keys with their values as text.
 *
 * @throws Error that names the line which is anything else, a key that stands twice, or a file without keys.
 */
export function parseProperties(text: string): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const [index, line] of text.split("\n").entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const [, key = "", value = ""] = /^([\w.-]+)=(.*)$/.exec(line.trim()) ?? [];
    if (key === "" || values.has(key)) throw new Error(`properties, line ${index + 1}: not one new "key=value"`);
    values.set(key, value);
  }
  if (values.size === 0) throw new Error("properties: no line holds a key");
  return Object.fromEntries(values);
}
