import { describe, expect, it } from "vitest";
import type { SourceDocument } from "../../src/cli/yaml-source.ts";
import { readSource } from "../../src/cli/yaml-source.ts";

function only(text: string): SourceDocument {
  const { documents, mistakes } = readSource(text);
  const [document] = documents;
  if (document === undefined || mistakes.length > 0) throw new Error("it cannot be read");
  return document;
}

describe("a YAML file", () => {
  it("gives the place of a key, of an item, and of the nearest thing around a field that is not written", () => {
    const document = only("a:\n  b.c/d:\n    - x: 1\n    - k: 2\n");
    expect(document.find("a.b.c/d")).toEqual({ line: 2, column: 3, exact: true });
    expect(document.find("a.b.c/d[1].k")).toEqual({ line: 4, column: 7, exact: true });
    expect(document.find("a.b.c/d[1].z.w")).toEqual({ line: 4, column: 7, exact: false });
    expect(document.find("")).toEqual({ line: 1, column: 1, exact: true });
  });

  it("finds fields behind an alias where they are written", () => {
    expect(only("base: &base\n  x: 1\nuse: *base\n").find("use.x")).toEqual({ line: 2, column: 3, exact: true });
  });

  it("means what kubectl understands: yes is true, times and dates are text", () => {
    expect(only("{a: yes, b: off, c: 2026-01-31, d: 1:30, e: 0755}").value).toEqual({
      a: true,
      b: false,
      c: "2026-01-31",
      d: "1:30",
      e: 493,
    });
  });

  it("is read document by document, each with the first of its own mistakes", () => {
    const { documents, mistakes } = readSource("a: 1\n---\nb: [1\nc: 2\n---\nd: {e: 1, e: 2}\n---\n---\nf: 3\n");
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { f: 3 }]);
    expect(mistakes.map(({ line }) => line)).toEqual([4, 6]);
    expect(mistakes[1]?.message).toBe("is no YAML: it repeats a key of the same mapping");
  });

  it("is refused when its aliases multiply each other", () => {
    const levels = ["a: &a [x, x, x, x, x, x, x, x]"];
    for (const [from, to] of ["ab", "bc", "cd", "de"].map((pair) => pair.split(""))) {
      levels.push(`${to}: &${to} [*${from}, *${from}, *${from}, *${from}, *${from}, *${from}, *${from}, *${from}]`);
    }
    expect(readSource(levels.join("\n"))).toMatchObject({
      documents: [],
      mistakes: [{ message: "has too many aliases" }],
    });
  });
});
