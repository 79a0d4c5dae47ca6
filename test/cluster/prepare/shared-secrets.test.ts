import { describe, expect, it } from "vitest";
import { completeCredentials } from "../../../src/cluster/prepare/credentials-document.ts";

const makePassword = (path: string) => path;

describe("a secret that every installation of the reference shares", () => {
  it("stays in a cluster that is taken over, and is generated in a new one", () => {
    const passwordOf = (takenOver: boolean) =>
      completeCredentials({}, [], { makePassword, takenOver }).baremetal.ipmiPassword;
    expect(passwordOf(true)).toBe("YunionDev@123");
    expect(passwordOf(false)).toBe("baremetal.ipmiPassword");
  });

  it("stands beside the account of its service, and what is stored wins", () => {
    const needs = [{ configKey: "baremetal", port: 8879, account: "baremetal" }];
    const document = { baremetal: { ipmiPassword: "chosen", username: "bm" } };
    expect(completeCredentials(document, needs, { makePassword, takenOver: true }).baremetal).toEqual({
      port: 8879,
      username: "bm",
      password: "baremetal.password",
      ipmiPassword: "chosen",
    });
  });
});
