import { describe, expect, it } from "vitest";
import { specsOf } from "../../../src/cluster/components/component.ts";
import { components } from "../../../src/cluster/components/index.ts";
import { editionOf, meantCluster } from "../../../src/cluster/defaults/meant.ts";
import { clusterObject, leastSpec, meantBy } from "../../support/cluster-scope.ts";

describe("a cluster as meant", () => {
  it("says all that the least spec leaves out", () => {
    expect(meantBy().platform).toMatchObject({
      productVersion: "FullStack",
      version: "latest",
      imageRepository: "registry.hub.docker.com/yunion",
      region: "region0",
      zone: "zone0",
      mysql: { host: "db.example.com", port: 3306, username: "root", password: "db-password" },
      clickhouse: { port: 9000, username: "default" },
      dameng: { port: 5236, username: "sysdba" },
    });
  });

  it.each(["Secret", "ConfigMap"] as const)("keeps option files in a %s where the surroundings say so", (storage) => {
    const given = { spec: leastSpec, storage };
    const meant = meantCluster(clusterObject(leastSpec), specsOf(components), given);
    expect(meant.platform.optionFiles.storage).toBe(storage);
  });

  it("keeps option files where the spec says, whatever the surroundings say", () => {
    expect(meantBy({ optionFiles: { storage: "ConfigMap" } }).platform.optionFiles.storage).toBe("ConfigMap");
  });

  it("runs every component unless it is disabled, but for the few that a user has to ask for", () => {
    const disabled = Object.entries(meantBy().specs).filter(([, { disable }]) => disable === true);
    expect(disabled.map(([key]) => key)).toEqual(["apiMap", "cloudmux", "echartsSSR", "cronjobTest"]);
  });

  it("belongs to the instance that its label names, else to the one of its own name", () => {
    const object = clusterObject(leastSpec);
    const labelled = {
      ...object,
      metadata: { ...object.metadata, labels: { "app.kubernetes.io/instance": "onecloud-cluster-old" } },
    };
    const instanceOf = (one: typeof object): string =>
      meantCluster(one, specsOf(components), { spec: leastSpec, storage: "Secret" }).instance;
    expect([object, labelled].map(instanceOf)).toEqual(["onecloud-cluster-prod", "onecloud-cluster-old"]);
  });
});

describe("the edition", () => {
  it.each([
    ["ee", "ee"],
    ["ce/support", "ce/support"],
    ["ce", "ce"],
    ["", "ce"],
    ["enterprise", "ce"],
    [undefined, "ce"],
  ])("that the annotation %o names is %s", (annotation, edition) => {
    expect(editionOf(clusterObject({}, annotation))).toBe(edition);
  });
});
