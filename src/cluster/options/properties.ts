/** Settings of a Java program by key, `server.port`. */
export type Properties = Readonly<Record<string, string | number | boolean>>;

/** The text of a properties file. */
export function propertiesText(properties: Properties): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${escaped(String(value))}\n`)
    .join("");
}

/** A backslash begins an escape, blanks at the start are skipped, and the file is read as Latin-1. */
function escaped(value: string): string {
  return value
    .replace(/\\/g, "\\\\")
    .replace(/^ /, "\\ ")
    .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
