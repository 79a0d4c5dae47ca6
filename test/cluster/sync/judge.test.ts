import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { planOf } from "../../../src/cluster/sync/plan.ts";
import { inputsFor } from "../../support/cluster-scope.ts";

function problemsOf(spec: JsonObject, edition?: string): readonly string[] {
  return planOf(inputsFor(spec, { ...(edition !== undefined && { edition }) })).problems;
}

const service = (nodePort: number, more: JsonObject = {}): JsonObject => ({ service: { nodePort, ...more } });

describe("a cluster as meant", () => {
  it("is fine when every port is asked for once", () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ glance: service(31000), logger: service(31001) })).toEqual([]);
  });

  it("is refused when two components ask for one port, in words that name both fields and the port", () => {
    expect(problemsOf({ glance: service(31000), logger: service(31000) })).toEqual([
      "spec.logger.service.nodePort is 31000, which spec.glance.service.nodePort asks for too: choose another port for one of them",
    ]);
  });

  it("is refused when a port is that of another component's default", () => {
    expect(problemsOf({ logger: service(30888) })).toEqual([
      expect.stringMatching(
        /^spec\.logger\.service\.nodePort is 30888, which spec\.regionServer\.service\.nodePort asks/,
      ),
    ]);
  });

  it("is refused when one component asks for a port twice, in words that name both fields", () => {
    const apiGateway = { apiService: { nodePort: 31000 }, wsService: { nodePort: 31000 } };
    expect(problemsOf({ apiGateway })).toEqual([
      expect.stringMatching(
        /^spec\.apiGateway\.wsService\.nodePort is 31000, which spec\.apiGateway\.apiService\.nodePort asks/,
      ),
    ]);
  });

  it("is told every port that is asked for twice", () => {
    expect(problemsOf({ glance: service(31000), logger: service(31000), notify: service(31000) })).toHaveLength(2);
  });

  it.each([
    ["is not reached from outside", { glance: service(31000), logger: service(31000, { internalOnly: true }) }],
    ["is disabled", { glance: service(31000), logger: { disable: true, ...service(31000) } }],
    ["does not belong to the edition", { glance: service(31000), yunionagent: service(31000) }],
  ])("may name a port twice where one of the two %s", (_, spec) => {
    expect(problemsOf(spec)).toEqual([]);
  });

  it.each([
    [
      "its engine is Dameng and there is no such server",
      { logger: { db_engine: "dameng" } },
      "spec.logger.db_engine is dameng, but spec.dameng.host is missing: name the host of the Dameng server, or take the engine out",
    ],
    [
      "its engine is MySQL and there is no such server",
      { db_engine: "dameng", mysql: {}, dameng: { host: "dm.example.com" }, glance: { db_engine: "mysql" } },
      "spec.glance.db_engine is mysql, but spec.mysql.host is missing: name the host of the MySQL server, or take the engine out",
    ],
  ])("is refused where the database of a component has no server: %s", (_, spec, sentence) => {
    expect(problemsOf(spec)).toEqual([sentence]);
    expect(problemsOf({ ...spec, logger: { disable: true }, glance: { disable: true } })).toEqual([]);
  });

  it("is refused without MySQL where a component can use nothing else", () => {
    const dameng = { db_engine: "dameng", mysql: {}, dameng: { host: "dm.example.com" } };
    expect(problemsOf(dameng, "ee")).toEqual([
      "itsm can use MySQL alone, but spec.mysql.host is missing: name the host of the MySQL server, or set spec.itsm.disable to true",
    ]);
    expect(problemsOf({ ...dameng, itsm: { disable: true } }, "ee")).toEqual([]);
  });

  it("is refused in an edition that nobody knows, in words that name annotation and choices", () => {
    expect(problemsOf({}, "enterprise")).toEqual([
      "annotation onecloud.yunion.io/edition is enterprise: set it to one of ce, ce/support, ee",
    ]);
    for (const edition of ["", "ce", "ce/support", "ee"]) expect(problemsOf({}, edition)).toEqual([]);
  });
});
