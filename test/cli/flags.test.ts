import { describe, expect, it } from "vitest";
import { parseAddress, parseCount, parseDuration } from "../../src/cli/flags.ts";

describe("a duration", () => {
  it.each([
    ["0", 0],
    ["90s", 90_000],
    ["10m", 600_000],
    ["1h30m", 5_400_000],
    ["1.5s", 1_500],
    ["250ms", 250],
  ])("%s is read", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(["10", "m", "-1s", "10 m", ""])("'%s' is refused with an example", (text) => {
    expect(() => parseDuration(text)).toThrow("90s, 10m or 1h30m");
  });
});

describe("an address", () => {
  it.each([
    [":8081", { host: "", port: 8081 }],
    ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
    ["[::1]:9", { host: "::1", port: 9 }],
    ["0", "nowhere"],
  ])("%s is read", (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  it.each(["8081", "::1:80", "host:70000", "host:"])("'%s' is refused", (text) => {
    expect(() => parseAddress(text)).toThrow("write host:port");
  });
});

describe("a count", () => {
  it("is a whole number of at least one", () => {
    expect(parseCount("5")).toBe(5);
    for (const text of ["0", "-1", "1.5", "many"]) expect(() => parseCount(text)).toThrow("at least 1");
  });
});
