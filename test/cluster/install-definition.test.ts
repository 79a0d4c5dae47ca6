import { describe, expect, it } from "vitest";
import { isNewer } from "../../src/cluster/install-definition.ts";

describe("the version of a definition", () => {
  it.each([
    ["0.10.0", "0.9.1"],
    ["1.0.0", "0.99.99"],
    ["0.1.0", "0.1.0-rc.2"],
    ["0.1.0-rc.10", "0.1.0-rc.2"],
    ["0.1.1-rc.1", "0.1.0"],
  ])("%s is newer than %s, and not the other way round", (newer, older) => {
    expect(isNewer(newer, older)).toBe(true);
    expect(isNewer(older, newer)).toBe(false);
  });

  it("is not newer than itself", () => {
    for (const version of ["0.1.0", "0.1.0-rc.1"]) expect(isNewer(version, version)).toBe(false);
  });
});
