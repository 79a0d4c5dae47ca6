import { array, assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { unifiedDiff } from "../../src/cli/line-diff.ts";

const lines = (text: string): readonly string[] => text.split("");

/** Applies the hunks of a unified diff to a text, as `patch` does. */
function patched(before: readonly string[], hunks: readonly string[]): readonly string[] {
  const after: string[] = [];
  let next = 0;
  for (const line of hunks) {
    const [, start, length] = /^@@ -(\d+),(\d+) /.exec(line) ?? [];
    if (start !== undefined) {
      const from = Number(length) === 0 ? Number(start) : Number(start) - 1;
      after.push(...before.slice(next, from));
      next = from;
    } else if (line.startsWith("+")) {
      after.push(line.slice(1));
    } else {
      if (before[next] !== line.slice(1)) throw new Error(`the text has no line "${line}" there`);
      if (line.startsWith(" ")) after.push(line.slice(1));
      next += 1;
    }
  }
  return [...after, ...before.slice(next)];
}

describe("a unified diff", () => {
  it("is empty for equal texts", () => {
    expect(unifiedDiff(lines("abc"), lines("abc"))).toEqual([]);
  });

  it("shows three lines around a change, and their numbers", () => {
    expect(unifiedDiff(lines("abcdefghi"), lines("abcdXfghi"))).toEqual([
      "@@ -2,7 +2,7 @@",
      " b",
      " c",
      " d",
      "-e",
      "+X",
      " f",
      " g",
      " h",
    ]);
  });

  it("shows changes that lie far apart in hunks of their own", () => {
    const hunks = unifiedDiff(lines("a123456789b"), lines("A123456789B")).filter((line) => line.startsWith("@@"));
    expect(hunks).toEqual(["@@ -1,4 +1,4 @@", "@@ -8,4 +8,4 @@"]);
  });

  it("shows a text that is new as added from line 0", () => {
    expect(unifiedDiff([], ["a", "b"])).toEqual(["@@ -0,0 +1,2 @@", "+a", "+b"]);
  });

  it("leads from the first text to the second, whatever they are", () => {
    const text = array(constantFrom("a", "b", "c", "d"), { maxLength: 30 });
    assert(
      property(text, text, (before, after) => {
        expect(patched(before, unifiedDiff(before, after))).toEqual(after);
      }),
    );
  });
});
