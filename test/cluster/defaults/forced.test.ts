import { describe, expect, it } from "vitest";
import type { Fields, JsonObject } from "../../../src/cluster/api/field.ts";
import { flag, forced } from "../../../src/cluster/api/field.ts";
import { fill, filledIn } from "../../../src/cluster/defaults/fill.ts";
import { meantBy } from "../../support/cluster-scope.ts";

const fields: Fields = {
  noise: flag(""),
  quiet: forced(flag(""), ({ siblings }) => (siblings["noise"] === true ? false : undefined)),
};
const context = { platform: {}, name: "prod", edition: "ce", storage: "Secret" } as const;

function meant(written: JsonObject): JsonObject {
  return fill(fields, written, context);
}

describe("a field whose value is forced", () => {
  it("means that value whatever is written, and what is written where nothing is forced", () => {
    expect(meant({ noise: true, quiet: true })).toEqual({ noise: true, quiet: false });
    expect(meant({ noise: false, quiet: true })).toEqual({ noise: false, quiet: true });
    expect(meant({})).toEqual({});
  });

  it("is filled into the spec where nobody wrote it, and otherwise left as it is written", () => {
    const written = { noise: true, quiet: true };
    expect(filledIn(fields, { noise: true }, meant({ noise: true }))).toEqual({ quiet: false });
    expect(filledIn(fields, written, meant(written))).toEqual({});
  });
});

describe("the local virtual network", () => {
  it("is off in LightEdge whatever the spec says, and elsewhere when the spec says so", () => {
    const isOff = (spec: JsonObject) => meantBy(spec).platform.disableLocalVpc;
    expect(isOff({ productVersion: "LightEdge", disableLocalVpc: false })).toBe(true);
    expect(isOff({ disableLocalVpc: true })).toBe(true);
    expect(isOff({ productVersion: "Edge" })).toBeUndefined();
  });
});
