import { describe, expect, it } from "vitest";
import { ApiError, denialOf } from "../../src/kube/api-error.ts";

function refused(code: number, message: string, confidential = false): ApiError {
  const attempted = { act: "list things", method: "GET", path: "/things", confidential };
  return new ApiError(attempted, { code, status: { message } });
}

const who = 'User "system:serviceaccount:onecloud:onecloud-operator-manager"';

describe("a refusal for a missing right", () => {
  it("tells verb, resource, group and namespace", () => {
    const message = `deployments.apps "web" is forbidden: ${who} cannot patch resource "deployments" in API group "apps" in the namespace "a"`;
    expect(denialOf(refused(403, message))).toEqual({
      verb: "patch",
      resource: "deployments",
      group: "apps",
      namespace: "a",
    });
  });

  it("tells no namespace where the right is missing everywhere, and the subresource where it is about one", () => {
    const message = `x is forbidden: ${who} cannot patch resource "onecloudclusters/status" in API group "onecloud.yunion.io" at the cluster scope: why`;
    expect(denialOf(refused(403, message))).toEqual({
      verb: "patch",
      resource: "onecloudclusters/status",
      group: "onecloud.yunion.io",
    });
  });

  it("is known of Secrets too, and through an error that it has caused", () => {
    const message = `secrets is forbidden: ${who} cannot list resource "secrets" in API group "" in the namespace "a"`;
    const wrapped = new Error("pass", { cause: refused(403, message, true) });
    expect(denialOf(wrapped)).toEqual({ verb: "list", resource: "secrets", group: "", namespace: "a" });
  });

  it.each([
    [403, 'pods "x" is forbidden: exceeded quota: small'],
    [403, 'services "x" is forbidden: cannot set blockOwnerDeletion'],
    [409, `${who} cannot patch resource "a" in API group "" at the cluster scope`],
  ])("is none for %i %s", (code, message) => {
    expect(denialOf(refused(code, message))).toBeUndefined();
  });
});
