import { describe, expect, it } from "vitest";
import { parseExports } from "../support/text-file.ts";

describe("a shell file of exports", () => {
  it("is read as names and values, without comments and quotes", () => {
    const text =
      '# who\nexport OS_USERNAME=sysadmin\n\n  export A=\'it is $5\'\nexport B="say \\"so\\" \\$1"\nexport C=\n';
    expect(parseExports(text)).toEqual({ OS_USERNAME: "sysadmin", A: "it is $5", B: 'say "so" $1', C: "" });
  });

  it.each([
    "echo hello",
    "A=b",
    "export A",
    "export A=$HOME",
    "export A=b c",
    "export A=b;reboot",
    "export A='b'c",
    "export 1A=b",
  ])("is refused with the line of anything else: %j", (line) => {
    expect(() => parseExports(`export OK=1\n${line}\n`)).toThrow(/line 2/);
  });

  it("is refused when it exports a name twice", () => {
    expect(() => parseExports("export A=1\nexport A=1\n")).toThrow(/line 2/);
  });
});
