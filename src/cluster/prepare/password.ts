import { randomInt } from "node:crypto";

// Without the letters and digits that people confuse when they type a password off a screen: 0 O o, 1 i I l L, Q.
const digits = "23456789";
const lower = "abcdefghjkmnpqrstuvwxyz";
const upper = "ABCDEFGHJKMNPRSTUVWXYZ";
const length = 16;

/** A password of 16 characters from a cryptographic source: a letter first, and at least two digits, two lower-case and two upper-case letters. */
export function generatePassword(): string {
  for (;;) {
    const password =
      pick(lower + upper) + Array.from({ length: length - 1 }, () => pick(digits + lower + upper)).join("");
    if ([digits, lower, upper].every((alphabet) => count(password, alphabet) >= 2)) return password;
  }
}

function pick(alphabet: string): string {
  return alphabet.charAt(randomInt(alphabet.length));
}

function count(password: string, alphabet: string): number {
  return Array.from(password).filter((character) => alphabet.includes(character)).length;
}
