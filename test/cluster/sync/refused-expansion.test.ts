import { describe, expect, it } from "vitest";
import { withoutExpansion } from "../../../src/cluster/sync/claims.ts";
import { ApiError } from "../../../src/kube/api-error.ts";
import type { KubeObject } from "../../../src/kube/object.ts";

function claim(storage: string): KubeObject {
  const spec = { accessModes: ["ReadWriteOnce"], storageClassName: "fixed", resources: { requests: { storage } } };
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "prod-glance" }, spec };
}

function refusal(code: number): ApiError {
  const attempted = { act: "apply the claim", method: "PATCH", path: "/" };
  return new ApiError(attempted, { code, status: { message: "the class must support resize" } });
}

describe("a claim whose larger request the API server refuses", () => {
  it("is sent with the size that it has, and the refusal becomes a complaint", () => {
    const before = { condition: "StorageAsSpecified" as const, reason: "ClaimCannotChange", message: "another one" };
    const less = withoutExpansion({ object: claim("200G"), complaints: [before] }, claim("100G"), refusal(403));
    expect(less?.object).toEqual(claim("100G"));
    expect(less?.complaints).toEqual([
      before,
      {
        condition: "StorageAsSpecified",
        reason: "ClaimNotExpanded",
        message:
          "requests.storage asks for 200G, but claim prod-glance has 100G, and expansion is refused: set requests.storage " +
          "back to 100G, or let the storage class expand volumes (apply the claim: the class must support resize)",
      },
    ]);
  });

  it("is refused for good when its size is not what is refused", () => {
    const same = { object: claim("100000M"), complaints: [] };
    expect(withoutExpansion(same, claim("100G"), refusal(422))).toBeUndefined();
  });

  it("is tried again when the API server did not refuse but failed", () => {
    const larger = { object: claim("200G"), complaints: [] };
    expect(withoutExpansion(larger, claim("100G"), refusal(500))).toBeUndefined();
    expect(withoutExpansion(larger, claim("100G"), new Error("no connection"))).toBeUndefined();
  });
});
