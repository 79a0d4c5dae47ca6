/** What stands in a value under these keys; fails where there is nothing. */
export function partAt(value: unknown, ...keys: readonly string[]): unknown {
  const part = keys.reduce((inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key], value);
  if (part === undefined) throw new Error(`there is nothing under ${keys.join(".")}`);
  return part;
}
