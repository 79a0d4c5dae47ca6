import { describe, expect, it } from "vitest";
import { findCluster } from "../../src/cli/find-cluster.ts";
import { scriptedClient } from "../support/kube-clients.ts";
import { refuse } from "../support/scripted-server.ts";

const forbidden =
  'onecloudclusters.onecloud.yunion.io is forbidden: User "jane" cannot list resource "onecloudclusters" in API group ' +
  '"onecloud.yunion.io" in the namespace "shop"';

describe("a stored cluster that cannot be looked at", () => {
  it.each([
    ["a right is missing", refuse(403, "Forbidden", { message: forbidden }), "the ClusterRole onecloud-view"],
    ["the login is not accepted", refuse(401, "Unauthorized"), "renew the login"],
    ["the kind is not known", refuse(404, "NotFound"), "start the operator, which installs it"],
  ])("is told with the remedy when %s", async (_, refusal, remedy) => {
    const { client } = await scriptedClient([refusal]);
    await expect(findCluster(client, "shop", undefined)).rejects.toThrow(remedy);
  });
});
