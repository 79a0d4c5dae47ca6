import { describe, expect, it } from "vitest";
import { generatePassword } from "../../../src/cluster/prepare/password.ts";

const many = Array.from({ length: 2000 }, generatePassword);

function everyOne(pattern: RegExp): readonly string[] {
  return many.filter((password) => !pattern.test(password));
}

describe("a generated password", () => {
  it("has 16 letters and digits, none of which is easily taken for another", () => {
    expect(everyOne(/^[23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPRSTUVWXYZ]{16}$/)).toEqual([]);
  });

  it("begins with a letter", () => {
    expect(everyOne(/^[a-zA-Z]/)).toEqual([]);
  });

  it.each([
    ["digits", /\d.*\d/],
    ["lower-case letters", /[a-z].*[a-z]/],
    ["upper-case letters", /[A-Z].*[A-Z]/],
  ])("has two %s at least", (_, pattern) => {
    expect(everyOne(pattern)).toEqual([]);
  });

  it("uses all its characters", () => {
    expect(new Set(many.join("")).size).toBe(8 + 23 + 22);
  });

  it("is never made twice", () => {
    expect(new Set(many).size).toBe(many.length);
  });
});
