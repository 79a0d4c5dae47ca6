/** Whether resourceVersion `a` stands for a later state than `b`. Both are decimal numbers without leading zeros, of any length. */
export function isNewer(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}
