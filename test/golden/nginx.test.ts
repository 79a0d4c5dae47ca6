import { describe, expect, it } from "vitest";
import { parseNginx } from "../support/nginx.ts";

describe("an nginx configuration", () => {
  it("is read as directives with their words, and blocks within blocks", () => {
    const text = `
      map $http_upgrade $mode { default upgrade; '' close; }
      server {
        listen 443 ssl;
        location ~ ^/(a|b)$ { rewrite ^/v.(.*)$ /$1 redirect; if (!-e $request_filename) { break; } }
      }`;
    expect(parseNginx(text)).toEqual([
      {
        words: ["map", "$http_upgrade", "$mode"],
        block: [
          ["default", "upgrade"],
          ["", "close"],
        ],
      },
      {
        words: ["server"],
        block: [
          ["listen", "443", "ssl"],
          {
            words: ["location", "~", "^/(a|b)$"],
            block: [
              ["rewrite", "^/v.(.*)$", "/$1", "redirect"],
              { words: ["if", "(!-e", "$request_filename)"], block: [["break"]] },
            ],
          },
        ],
      },
    ]);
  });

  it("says the same with and without comments, blanks and quotes", () => {
    const plain = parseNginx("add_header X-Frame-Options SAMEORIGIN;\nexpires 1s;");
    expect(
      parseNginx("# first; {\nadd_header\n  X-Frame-Options \"SAMEORIGIN\" ; # why }\n\n expires '1s';#end"),
    ).toEqual(plain);
  });

  it("keeps blanks, semicolons, braces and number signs that stand in quotes", () => {
    expect(parseNginx(`add_header X-XSS-Protection "1; mode=block";log '{ "a": # }';`)).toEqual([
      ["add_header", "X-XSS-Protection", "1; mode=block"],
      ["log", '{ "a": # }'],
    ]);
  });

  it("reads escaped characters as what they stand for, and leaves the backslashes of a pattern alone", () => {
    expect(parseNginx(String.raw`log "say \"so\" \\ \n" a\ b; location ~ \.php$ {}`)).toEqual([
      ["log", 'say "so" \\ \n', String.raw`a\ b`],
      { words: ["location", "~", String.raw`\.php$`], block: [] },
    ]);
  });

  it("takes a brace after a dollar sign as part of a variable, and quotes or number signs inside a word as they are", () => {
    expect(parseNginx("set $a ${host}_x; set $b it's#1;")).toEqual([
      ["set", "$a", "${host}_x"],
      ["set", "$b", "it's#1"],
    ]);
  });

  it("is empty when the text holds nothing but comments", () => {
    expect(parseNginx("")).toEqual([]);
    expect(parseNginx("\n # nothing\n")).toEqual([]);
  });

  it.each([
    ["listen 80\n}", /line 2: "listen 80" does not end in ";"/],
    ["listen 80", /line 1: "listen 80" does not end in ";"/],
    ["\nserver {\n listen 80;\n", /line 2: the block of "server" is not closed/],
    ["listen 80;\n}", /line 2: unexpected "}"/],
    ["listen 80;;", /line 1: a directive without a name before ";"/],
    ["{ listen 80; }", /line 1: a directive without a name before "{"/],
    ['listen "80;', /line 1: a quoted word/],
    ["listen '80'0;", /line 1: a quoted word/],
  ])("is refused with the line of the mistake: %j", (text, message) => {
    expect(() => parseNginx(text)).toThrow(message);
  });
});
