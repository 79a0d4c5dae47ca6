import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseQuantity, sameQuantity } from "../../../src/cluster/api/quantity.ts";

const suffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const written = fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(...suffixes)).map((parts) => parts.join(""));
const anyWritten = fc.oneof(written, fc.nat(1e9), fc.string());

describe("the value of a quantity", () => {
  it.each([
    ["500m", 0.5],
    ["1.5", 1.5],
    [".5", 0.5],
    ["5.", 5],
    ["-2", -2],
    ["1e3", 1000],
    ["1E3", 1000],
    ["1E", 1e18],
    ["2k", 2000],
    ["1Ki", 1024],
    ["1Gi", 1_073_741_824],
    ["100G", 1e11],
    [7, 7],
  ])("%s is %d", (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });

  it.each(["", "m", "1K", "1ki", "1 Gi", "1GiB", "1e3Ki", "1e", "0x10", "ten", "1,5", "Infinity"])(
    "%o is none",
    (text) => {
      expect(parseQuantity(text)).toBeUndefined();
    },
  );

  it("grows with the number, whatever the suffix", () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), fc.constantFrom(...suffixes), (a, b, suffix) => {
        const [left = Number.NaN, right = Number.NaN] = [a, b].map((number) => parseQuantity(`${number}${suffix}`));
        expect(Math.sign(left - right)).toBe(Math.sign(a - b));
      }),
    );
  });
});

describe("two quantities", () => {
  it.each([
    ["2.666667", "2667m"],
    ["1Gi", 1_073_741_824],
    ["0.1", "100m"],
    ["1.1", "1100m"],
    ["1024Mi", "1Gi"],
    ["1e3", "1k"],
    ["1n", "1m"],
    ["0.30", "300m"],
  ])("%s and %s are stored as the same", (a, b) => {
    expect(sameQuantity(a, b)).toBe(true);
  });

  it.each([
    ["2.666667", "2666m"],
    ["1G", "1Gi"],
    ["100m", "101m"],
    ["20G", "20000000001"],
    ["1Pi", "1125899906842623"],
    ["abc", "abd"],
    ["abc", 0],
  ])("%s and %s are not", (a, b) => {
    expect(sameQuantity(a, b)).toBe(false);
  });

  it("are the same from both sides, and each is the same as itself", () => {
    fc.assert(
      fc.property(anyWritten, anyWritten, (a, b) => {
        expect(sameQuantity(a, b)).toBe(sameQuantity(b, a));
        expect(sameQuantity(a, a)).toBe(true);
      }),
    );
  });

  it("are the same when one is the other in thousandths", () => {
    fc.assert(
      fc.property(fc.nat(1e9), (thousandths) => {
        expect(sameQuantity(thousandths / 1000, `${thousandths}m`)).toBe(true);
        expect(sameQuantity(thousandths / 1000, `${thousandths + 1}m`)).toBe(false);
      }),
    );
  });
});
