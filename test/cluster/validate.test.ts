import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/cluster/api/field.ts";
import { unknownFields, validateSpec } from "../../src/cluster/validate.ts";
import { isKubeObject, readScenarios, readYaml } from "../golden/scenarios.ts";
import { writtenSpec } from "../support/arbitrary-cluster.ts";
import { leastSpec } from "../support/cluster-scope.ts";

function problemsOf(spec: JsonObject): readonly string[] {
  return validateSpec({ ...leastSpec, ...spec }).map(({ field, message }) => `${field} ${message}`);
}

describe("a spec", () => {
  it("may be the least one", () => {
    expect(problemsOf({})).toEqual([]);
  });

  it("may be any that the reference stored", () => {
    for (const { name } of readScenarios()) {
      const file = new URL(`../golden/reference/${name}/defaulted.yaml`, import.meta.url);
      const spec = readYaml(file, isKubeObject)["spec"] as JsonObject;
      expect([name, ...validateSpec(spec)]).toEqual([name]);
    }
  });

  it("may carry what the reference knows and nothing follows from", () => {
    const spec = {
      services: [{ name: "keystone", type: "identity" }],
      etcd: { paused: true, pod: { etcdEnv: [{ name: "A" }] }, TLS: { static: {} }, createdSecrets: null },
      keystone: { requests: { storage: "1Gi" }, limits: { storage: "1Gi" } },
      notify: { plugins: { requests: { cpu: "1" } } },
      hostagent: { maxUnavailable: null, SdnAgent: { limits: { storage: "1Gi" } } },
    };
    expect(problemsOf(spec)).toEqual([]);
    expect(unknownFields({ ...leastSpec, ...spec })).toEqual([]);
  });

  it("may be any that keeps the schema of every field", () => {
    fc.assert(
      fc.property(writtenSpec(), (spec) => {
        expect(validateSpec(spec)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it.each<readonly [JsonObject, string]>([
    [{ productVersion: "Baremetal" }, "spec.productVersion must be one of FullStack, CMP, Edge, LightEdge, AI"],
    [{ version: "v 1" }, "spec.version has a form that cannot be used: write a tag such as v3.11"],
    [
      { imageRepository: "https://registry.example.com/" },
      "spec.imageRepository has a form that cannot be used: write registry and path",
    ],
    [{ glance: { tag: "v1:2" } }, "spec.glance.tag has a form that cannot be used: write a tag, a digest or both"],
    [{ web: { Docs: { tag: "sha256:abc" } } }, "spec.web.Docs.tag has a form that cannot be used: write a tag, "],
    [{ webconsole: { guacd: { image: "guacd:" } } }, "spec.webconsole.guacd.image has a form that cannot be used: "],
    [{ telegraf: { imageName: "Telegraf" } }, "spec.telegraf.imageName has a form that cannot be used: write small"],
    [{ hostagent: { repository: "a b" } }, "spec.hostagent.repository has a form that cannot be used: "],
    [
      { imagePullSecrets: [{ name: "Pull Me" }] },
      "spec.imagePullSecrets[0].name has a form that cannot be used: write small",
    ],
    [{ ingress: { host: "https://a.b" } }, "spec.ingress.host has a form that cannot be used: write a host name alone"],
    [{ region: "region 0" }, "spec.region has a form that cannot be used: write letters, digits"],
    [{ version: 3 }, "spec.version must be a text"],
    [{ keystone: { replicas: "two" } }, "spec.keystone.replicas must be a whole number"],
    [{ keystone: null }, "spec.keystone must be a mapping"],
    [{ keystone: { publicService: { nodePort: -1 } } }, "spec.keystone.publicService.nodePort must be at least 0"],
    [{ mysql: { host: "db", port: 65536 } }, "spec.mysql.port must be at most 65535"],
    [{ glance: { slave_replicas: -1 } }, "spec.glance.slave_replicas must be at least 0"],
    [
      { glance: { requests: { storage: "100 G" } } },
      "spec.glance.requests.storage must be a quantity of at least zero, such as",
    ],
    [{ glance: { limits: { memory: "1K" } } }, "spec.glance.limits.memory must be a quantity of at least zero"],
    [{ glance: { limits: { memory: "-1Gi" } } }, "spec.glance.limits.memory must be a quantity of at least zero"],
    [{ glance: { requests: { cpu: -1 } } }, "spec.glance.requests.cpu must be at least 0"],
    [{ glance: { limits: { cpu: true } } }, "spec.glance.limits.cpu must be a text or a whole number"],
    [{ customZones: ["zone1", 2] }, "spec.customZones[1] must be a text"],
    [{ web: { Overview: { imagePullPolicy: "Often" } } }, "spec.web.Overview.imagePullPolicy must be one of Always,"],
    [{ web: { nodeSelector: { "example.com/disk": 1 } } }, "example.com/disk"],
    [{ web: { tolerations: [{ effect: "NoWay" }] } }, "spec.web.tolerations[0].effect must be one of NoSchedule,"],
    [{ web: { affinity: { nodeAfinity: {} } } }, "spec.web.affinity has no field nodeAfinity: take it out"],
    [
      { regionServer: { dnsConfig: { options: [{ nam: "ndots" }] } } },
      "spec.regionServer.dnsConfig.options[0] has no field nam",
    ],
    [{ keystone: { options: "debug" } }, "spec.keystone.options must be a mapping"],
    [{ web: { options: { debug: true } } }, "spec.web.options has no effect"],
  ])("%j is refused in words that name the field", (spec, problem) => {
    expect(problemsOf(spec)).toEqual([expect.stringContaining(problem)]);
  });

  it.each<readonly [JsonObject, string]>([
    [{}, "spec.mysql.host"],
    [{ mysql: { host: "" } }, "spec.mysql.host"],
    [{ mysql: null }, "spec.mysql.host"],
    [{ db_engine: "dameng" }, "spec.dameng.host"],
    [{ db_engine: "dameng", mysql: { host: "db" }, dameng: { host: "" } }, "spec.dameng.host"],
  ])("%j lacks the host of its database", (spec, field) => {
    expect(validateSpec(spec)).toContainEqual({ field, message: expect.stringMatching(/^is missing: /) });
  });

  it("needs no MySQL where Dameng is the engine", () => {
    expect(validateSpec({ db_engine: "dameng", dameng: { host: "db" } })).toEqual([]);
  });

  it("is told all that is wrong with it at once", () => {
    expect(problemsOf({ version: 3, zone: 4, web: { replicas: "x" } })).toHaveLength(3);
  });
});

describe("fields that the schema does not know", () => {
  it.each<readonly [JsonObject, readonly string[]]>([
    [{ keystone: { replicas: 1 }, version: "v1" }, []],
    [{ kestone: {} }, ["spec.kestone"]],
    [
      { keystone: { replica: 1, publicService: { port: 1 } } },
      ["spec.keystone.replica", "spec.keystone.publicService.port"],
    ],
    [
      { web: { Overview: { imag: "x" }, overview: { imag: "x" } } },
      ["spec.web.Overview.imag", "spec.web.overview.imag"],
    ],
    [{ victoriaMetrics: { rententionPeriodDays: 3 } }, []],
    [{ web: { imagePullSecrets: [{ name: "a" }, { nme: "b" }] } }, ["spec.web.imagePullSecrets[1].nme"]],
    [{ customZones: ["zone1"], web: { nodeSelector: { any: "x" }, affinity: { nodeAfinity: {} } } }, []],
    [{ keystone: null, web: "x", glance: ["x"] }, []],
  ])("of %j are %j", (spec, unknown) => {
    expect(unknownFields(spec)).toEqual(unknown);
  });
});
