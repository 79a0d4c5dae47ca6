import { describe, expect, it } from "vitest";
import { deployedOf, placeOf } from "../../../hack/deploy/settings.ts";

describe("the variables of make deploy", () => {
  it("name the image; the namespace is onecloud, and five minutes are waited", () => {
    expect(deployedOf({ REGISTRY: "registry.example.com/team", VERSION: "v0.1.0" })).toEqual({
      namespace: "onecloud",
      waitMs: 300_000,
      image: "registry.example.com/team/onecloud-operator:v0.1.0",
      keepIn: "dist",
    });
  });

  it.each([
    [
      { NAMESPACE: "One_Cloud" },
      "NAMESPACE is One_Cloud, but a namespace has lower-case letters, digits and dashes only",
    ],
    [{ WAIT: "soon" }, "WAIT is soon, but must be a duration such as 90s or 10m"],
  ])("are refused with a sentence: %j", (env, sentence) => {
    expect(() => placeOf(env)).toThrow(sentence);
  });
});
