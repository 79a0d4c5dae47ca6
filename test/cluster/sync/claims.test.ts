import { describe, expect, it } from "vitest";
import { claimToApply, missingClass, withoutExpansion } from "../../../src/cluster/sync/claims.ts";
import { ApiError } from "../../../src/kube/api-error.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { frozen } from "../../support/frozen.ts";

interface ClaimParts {
  readonly storage?: string | number;
  readonly storageClassName?: string;
  readonly accessModes?: readonly string[];
  readonly status?: object;
}

function claim({ storage = "100Gi", status, ...more }: ClaimParts = {}): KubeObject {
  return frozen({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "prod-glance", namespace: "onecloud", labels: { app: "glance" } },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "local-path",
      ...more,
      resources: { requests: { storage } },
    },
    ...(status !== undefined && { status }),
  });
}

function complaintsOf(wanted: KubeObject, live: KubeObject): readonly string[] {
  return claimToApply(wanted, live).complaints.map(({ reason }) => reason);
}

describe("a claim that does not exist yet", () => {
  const found = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "local-path" } };
  const message = 'User "op" cannot get resource "storageclasses" in API group "storage.k8s.io" at the cluster scope';
  const denied = new ApiError({ act: "get", method: "GET", path: "/" }, { code: 403, status: { message } });

  it("is not made for a storage class that does not exist, and says what to do", async () => {
    expect(await missingClass(claim({ storageClassName: "fast" }), { get: async () => undefined })).toEqual({
      reason: "StorageClassMissing",
      message: "storageClassName asks for fast, and there is no such StorageClass: create it, or name another one",
    });
  });

  it.each([
    ["the class exists", claim(), async () => found],
    ["it names none", claim({ storageClassName: "" }), async () => undefined],
    ["the operator may not look", claim(), () => Promise.reject(denied)],
  ])("is made when %s", async (_, wanted, get) => {
    expect(await missingClass(wanted, { get })).toBeUndefined();
  });

  it("is tried again when the API server does not answer", async () => {
    await expect(missingClass(claim(), { get: () => Promise.reject(new Error("away")) })).rejects.toThrow("away");
  });
});

describe("a claim that exists", () => {
  it("is sent as it is wanted, labels too, when it already is so", () => {
    expect(claimToApply(claim(), claim())).toEqual({ object: claim(), complaints: [] });
  });

  it("is not sent fields that only the live one has", () => {
    const live = {
      ...claim(),
      spec: { ...(claim()["spec"] as object), volumeName: "pvc-1", volumeMode: "Filesystem" },
    };
    expect(claimToApply(claim(), live).object).toEqual(claim());
  });

  it("is sent a larger request", () => {
    const { object, complaints } = claimToApply(claim({ storage: "200Gi" }), claim());
    expect(object["spec"]).toMatchObject({ resources: { requests: { storage: "200Gi" } } });
    expect(complaints).toEqual([]);
  });

  it("keeps its size when less is asked for, and says which value the field must have", () => {
    const { object, complaints } = claimToApply(claim({ storage: "99G" }), claim());
    expect(object["spec"]).toMatchObject({ resources: { requests: { storage: "100Gi" } } });
    expect(complaints).toEqual([
      {
        reason: "ClaimCannotShrink",
        message: expect.stringMatching(/^requests\.storage asks for 99G, .*100Gi or more$/),
      },
    ]);
  });

  it.each([
    ["1Ti", "1024Gi"],
    ["100Gi", 107_374_182_400],
  ])("is not asked to shrink when %s and %s are the same", (wanted, live) => {
    expect(complaintsOf(claim({ storage: wanted }), claim({ storage: live }))).toEqual([]);
  });

  it("keeps its class and says so", () => {
    const { object, complaints } = claimToApply(claim({ storageClassName: "fast" }), claim());
    expect(object["spec"]).toMatchObject({ storageClassName: "local-path" });
    expect(complaints).toEqual([
      {
        reason: "ClaimCannotChange",
        message: expect.stringMatching(
          /^storageClassName asks for fast, but claim prod-glance has local-path .*back to local-path/,
        ),
      },
    ]);
  });

  it("keeps its access modes and says so", () => {
    const { object, complaints } = claimToApply(claim(), claim({ accessModes: ["ReadWriteMany"] }));
    expect(object["spec"]).toMatchObject({ accessModes: ["ReadWriteMany"] });
    expect(complaints).toMatchObject([
      { reason: "ClaimCannotChange", message: expect.stringContaining("accessModes") },
    ]);
  });

  it.each([
    [
      "a refusal of the volume's driver",
      { conditions: [{ type: "ControllerResizeError", message: "quota" }] },
      "quota",
    ],
    ["a refusal on the node", { conditions: [{ type: "NodeResizeError", message: "no space" }] }, "no space"],
    ["a class that cannot expand", { allocatedResourceStatuses: { storage: "ControllerResizeInfeasible" } }, "grow"],
  ])("says that it was not expanded after %s", (_, status, why) => {
    expect(claimToApply(claim(), claim({ status })).complaints).toEqual([
      { reason: "ClaimNotExpanded", message: expect.stringContaining(why) },
    ]);
  });

  it("says nothing while it is being expanded", () => {
    const status = {
      conditions: [{ type: "Resizing" }, { type: "FileSystemResizePending" }],
      allocatedResourceStatuses: { storage: "ControllerResizeInProgress" },
    };
    expect(complaintsOf(claim(), claim({ status }))).toEqual([]);
  });

  it("names everything that cannot be done at once", () => {
    const wanted = claim({ storage: "1Gi", storageClassName: "fast" });
    expect(complaintsOf(wanted, claim())).toEqual(["ClaimCannotShrink", "ClaimCannotChange"]);
  });
});

describe("a claim whose larger request was refused", () => {
  const refusal = (code: number): ApiError =>
    new ApiError({ act: "apply", method: "PATCH", path: "/" }, { code, status: { message: "no resizing" } });
  const asked = claimToApply(claim({ storage: "200Gi" }), claim());

  it.each([403, 422])("is sent with the size that it has after a %i, and says what to do", (code) => {
    const less = withoutExpansion(asked, claim(), refusal(code));
    expect(less?.object).toEqual(claim());
    expect(less?.complaints).toEqual([
      { reason: "ClaimNotExpanded", message: expect.stringMatching(/asks for 200Gi, .* back to 100Gi.*no resizing/) },
    ]);
  });

  it("is given up where the refusal is about something else", () => {
    expect(withoutExpansion(asked, claim(), refusal(500))).toBeUndefined();
    expect(withoutExpansion(asked, claim(), new Error("broken"))).toBeUndefined();
    expect(withoutExpansion(claimToApply(claim(), claim()), claim(), refusal(422))).toBeUndefined();
  });
});
