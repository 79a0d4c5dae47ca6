import { expect, it } from "vitest";
import { block, nginxText } from "../../../src/cluster/options/nginx.ts";

it("a configuration keeps empty lines, comments, and a block that is written on one line", () => {
  const text = nginxText([block("server", "gzip on", "", "# why", "location /a { return 204; }")]);
  expect(text).toBe("server {\n    gzip on;\n\n    # why\n    location /a { return 204; }\n}\n");
});

it("a configuration has every statement on a line of its own, and what is in a block further in", () => {
  const text = nginxText([
    "gzip on",
    block("server", "listen 443 ssl", block("location /", "return 204")),
    block("types"),
  ]);
  expect(text.split("\n")).toEqual([
    "gzip on;",
    "server {",
    "    listen 443 ssl;",
    "    location / {",
    "        return 204;",
    "    }",
    "}",
    "types {",
    "}",
    "",
  ]);
});
