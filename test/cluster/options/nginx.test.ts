import { expect, it } from "vitest";
import { block, nginxText } from "../../../src/cluster/options/nginx.ts";

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
