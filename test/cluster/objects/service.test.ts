import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { service } from "../../../src/cluster/objects/service.ts";
import { wantedObjects } from "../../../src/cluster/sync/wanted.ts";
import { componentOf, inputsFor, scopeFor } from "../../support/cluster-scope.ts";
import { partAt } from "../../support/part-at.ts";

describe("the Service of a component", () => {
  const [api, ws] = [{ nodePort: 30300 }, { nodePort: 30443 }];
  const specOf = (reached: object) =>
    service(scopeFor("apigateway"), {
      api: { reached: { ...api, ...reached }, target: 8080 },
      ws: { reached: ws, target: 8443 },
    })["spec"];

  it("is reached on every node by the number that it has inside", () => {
    expect(specOf({})).toMatchObject({
      type: "NodePort",
      ports: [
        { name: "api", port: 30300, nodePort: 30300, targetPort: 8080 },
        { name: "ws", port: 30443, nodePort: 30443, targetPort: 8443 },
      ],
    });
  });

  it("keeps its numbers when it is reached inside only, for all its ports", () => {
    expect(specOf({ internalOnly: true })).toMatchObject({
      type: "ClusterIP",
      ports: [
        { port: 30300, targetPort: 8080 },
        { port: 30443, targetPort: 8443 },
      ],
    });
    expect(JSON.stringify(specOf({ internalOnly: true }))).not.toContain("nodePort");
  });

  it("is reached from outside as the admin port of keystone says, although the public one stands before it", () => {
    const typeFor = (keystone: JsonObject) => {
      const objects = wantedObjects(componentOf("keystone"), inputsFor({ keystone }));
      return partAt(
        objects.find(({ kind }) => kind === "Service"),
        "spec",
        "type",
      );
    };
    expect(typeFor({ publicService: { internalOnly: true } })).toBe("NodePort");
    expect(typeFor({ adminService: { internalOnly: true } })).toBe("ClusterIP");
  });
});
