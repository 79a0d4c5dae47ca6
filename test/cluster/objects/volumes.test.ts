import { describe, expect, it } from "vitest";
import { etcdClient } from "../../../src/cluster/objects/volumes.ts";
import { inputsFor, scopeFor } from "../../support/cluster-scope.ts";

describe("the client certificate of etcd", () => {
  it.each([
    [{}, 1],
    [{ enableTls: null }, 1],
    [{ enableTls: true }, 1],
    [{ enableTls: false }, 0],
    [{ disable: true }, 0],
    [{ disable: true, enableTls: true }, 0],
  ])("with etcd %j is mounted %i times", (etcd, count) => {
    expect(etcdClient(scopeFor("region", inputsFor({ etcd })))).toHaveLength(count);
  });
});
