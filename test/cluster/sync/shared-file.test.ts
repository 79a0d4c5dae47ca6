import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { planOf } from "../../../src/cluster/sync/plan.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { inputsFor } from "../../support/cluster-scope.ts";

/** Who brings the Secret with the option file of the host agent. */
function bringers(spec: JsonObject): readonly string[] {
  const { wanted } = planOf(inputsFor(spec));
  return wanted.filter(({ objects }) => objects.some(isHostFile)).map(({ component }) => component.type);
}

function isHostFile({ kind, metadata }: KubeObject): boolean {
  return kind === "Secret" && metadata.name === "prod-host";
}

function objectsOf(spec: JsonObject): readonly KubeObject[] {
  return planOf(inputsFor(spec)).wanted.flatMap(({ objects }) => objects);
}

describe("an option file that several components read", () => {
  it("is brought by the component that it belongs to", () => {
    expect(bringers({})).toEqual(["host"]);
  });

  it("is brought by another that reads it, where its own component does not run", () => {
    expect(bringers({ productVersion: "CMP" })).toEqual(["host-deployer"]);
    expect(bringers({ hostagent: { disable: true } })).toEqual(["host-deployer"]);
    expect(bringers({ hostagent: { disable: true }, hostdeployer: { disable: true } })).toEqual(["host-image"]);
  });

  it("says the same whoever brings it, and is gone when nobody reads it", () => {
    const [own, brought] = [{}, { hostdeployer: { disable: false }, hostagent: { disable: true } }].map((spec) =>
      objectsOf(spec).find(isHostFile),
    );
    expect(brought).toEqual(own);
    const off = { disable: true };
    expect(bringers({ hostagent: off, hostdeployer: off, hostimage: off })).toEqual([]);
  });

  it("restarts everyone who reads it when it changes", () => {
    const checksums = (spec: JsonObject) => {
      const daemonSets = objectsOf(spec).filter(({ kind }) => kind === "DaemonSet");
      const found = daemonSets.map((one): [string, string | undefined] => [
        one.metadata.name,
        /"onecloud.yunion.io\/config-checksum":"(\w+)"/.exec(JSON.stringify(one))?.[1],
      ]);
      return Object.fromEntries(found);
    };
    const [before, after] = [checksums({}), checksums({ hostagent: { options: { log_level: "debug" } } })];
    const restarted = Object.keys(before).filter((name) => before[name] !== after[name]);
    expect(restarted.toSorted()).toEqual(
      ["host", "host-deployer", "host-health", "host-image", "host-sdnagent"].map((type) => `prod-${type}`),
    );
  });
});
