import { describe, expect, it } from "vitest";
import { parseCorefile } from "../support/corefile.ts";
import { parseExports, parseProperties } from "../support/text-file.ts";

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

describe("a file of Java properties", () => {
  it("is read as keys and values, without comments", () => {
    expect(parseProperties("# who\nserver.port=80\n\n a-b_c=x=y # z\nempty=\n")).toEqual({
      "server.port": "80",
      "a-b_c": "x=y # z",
      empty: "",
    });
  });

  it.each(["server.port: 80", "server.port", "a b=c", "a=1"])(
    "is refused with the line of anything else: %j",
    (line) => {
      expect(() => parseProperties(`a=1\n${line}\n`)).toThrow(/line 2/);
    },
  );

  it("is refused without any key", () => {
    expect(() => parseProperties("# nothing\n")).toThrow(/no line/);
  });
});

describe("a Corefile", () => {
  it("is read as directives and blocks, without comments", () => {
    expect(parseCorefile(".:53 {\n  errors # all\n  cache 300 {\n    denial 1024\n  }\n}\n")).toEqual([
      { words: [".:53"], block: [["errors"], { words: ["cache", "300"], block: [["denial", "1024"]] }] },
    ]);
  });

  it.each([".:53 {\nerrors", ".:53 {\n}\n}", "errors", ".:53 {\nlog {\n} x\n}", ""])(
    "is refused when blocks do not close or directives stand outside of them: %j",
    (text) => {
      expect(() => parseCorefile(text)).toThrow(/Corefile/);
    },
  );
});
