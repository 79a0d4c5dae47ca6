import { assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { propertiesText } from "../../../src/cluster/options/properties.ts";

/** A value as Java reads it: escapes resolved, blanks at its start skipped. */
function readByJava(written: string): string {
  return written
    .replace(/^[ \t\f]+/, "")
    .replace(/\\(?:u([0-9a-f]{4})|([^]))/g, (_, code: string | undefined, other: string) =>
      code === undefined ? other : String.fromCharCode(Number.parseInt(code, 16)),
    );
}

describe("a properties file", () => {
  it("has one line per setting", () => {
    expect(propertiesText({ "server.port": 80, debug: false, name: "x=y" })).toBe(
      "server.port=80\ndebug=false\nname=x=y\n",
    );
  });

  it("gives Java back every value, whatever characters a password is made of", () => {
    assert(
      property(string({ unit: "binary" }), (value) => {
        const text = propertiesText({ key: value });
        expect(text).toMatch(/^key=[ -~]*\n$/);
        expect(readByJava(text.slice("key=".length, -1))).toBe(value);
      }),
    );
  });
});
