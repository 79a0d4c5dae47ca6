import { expect, it } from "vitest";
import { proxyFor } from "../../src/kube/proxy.ts";

const server = new URL("https://10.96.0.1:6443");
const proxied = { HTTPS_PROXY: "http://proxy:3128" };

it("the environment's proxy is used for the scheme of the server", () => {
  expect(proxyFor(server, proxied)).toBe("http://proxy:3128");
  expect(proxyFor(server, { https_proxy: "proxy:3128" })).toBe("http://proxy:3128");
  expect(proxyFor(server, { HTTP_PROXY: "http://proxy:3128" })).toBeUndefined();
  expect(proxyFor(server, {})).toBeUndefined();
});

it("a server on this machine is never asked through a proxy", () => {
  for (const host of ["127.0.0.1", "localhost", "[::1]"])
    expect(proxyFor(new URL(`https://${host}`), proxied)).toBeUndefined();
});

it.each([
  ["*", "10.96.0.1", true],
  ["10.96.0.0/12", "10.96.0.1", true],
  ["10.0.0.0/16", "10.96.0.1", false],
  ["10.0.0.0/99", "10.96.0.1", false],
  ["10.96.0.1", "10.96.0.1", true],
  ["fd00::/8", "[fd00::1]", true],
  ["example.org", "api.example.org", true],
  ["example.org", "myexample.org", false],
  [".example.org", "api.example.org", true],
  [".example.org", "example.org", false],
  ["example.org:6443", "example.org", true],
  ["example.org:443", "example.org", false],
  ["other, example.org", "EXAMPLE.org", true],
])("NO_PROXY=%s about %s: %s", (exceptions, host, isExcepted) => {
  const found = proxyFor(new URL(`https://${host}:6443`), { ...proxied, NO_PROXY: exceptions });
  expect(found === undefined).toBe(isExcepted);
});
