import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import type { Edition } from "../../../src/cluster/api/names.ts";
import { credentialNeedsOf, specsOf } from "../../../src/cluster/components/component.ts";
import { components } from "../../../src/cluster/components/index.ts";
import { meantCluster } from "../../../src/cluster/defaults/meant.ts";
import { completeCredentials } from "../../../src/cluster/prepare/credentials-document.ts";
import { reasonNotToRun } from "../../../src/cluster/sync/wanted.ts";

/** Why a component does not run in a cluster with this spec; `undefined` where it runs. */
function reasonFor(type: string, spec: JsonObject = {}, edition: Edition = "ce"): string | undefined {
  const annotations = { "onecloud.yunion.io/edition": edition };
  const object = { apiVersion: "v1", kind: "OnecloudCluster", metadata: { name: "one", annotations } };
  const cluster = meantCluster(object, specsOf(components), { spec, storage: "Secret" });
  const component = components.find((one) => one.type === type);
  return component === undefined ? "there is no such component" : reasonNotToRun(component, cluster);
}

describe("the catalogue", () => {
  it("runs what only the enterprise edition has in that edition alone, and says so", () => {
    for (const type of ["meter", "billing", "itsm", "suggestion", "report", "bastionhost", "extdb", "autoupdate"]) {
      expect(reasonFor(type, {}, "ee")).toBeUndefined();
      expect(reasonFor(type, {}, "ce/support")).toBe("it belongs to edition ee");
    }
    expect(reasonFor("yunionagent")).toBe("it belongs to the editions ce/support and ee");
  });

  it("runs what most clusters do without only where the spec switches it on", () => {
    expect(reasonFor("cloudnet")).toContain("spec.enableCloudNet");
    expect(reasonFor("cloudnet", { enableCloudNet: true })).toBeUndefined();
    expect(reasonFor("s3gateway")).toContain("spec.enableS3Gateway");
    expect(reasonFor("s3gateway", { enableS3Gateway: true })).toBeUndefined();
    expect(reasonFor("s3gateway", { enableS3Gateway: true, productVersion: "Edge" })).toContain("Edge");
    for (const [type, key] of [
      ["apimap", "apiMap"],
      ["cloudmux", "cloudmux"],
      ["echarts-ssr", "echartsSSR"],
    ] as const) {
      expect(reasonFor(type, {}, "ee")).toBe(`spec.${key}.disable is true`);
      expect(reasonFor(type, { [key]: { disable: false } }, "ee")).toBeUndefined();
    }
  });

  it("runs vpcagent where there is a local virtual network, which LightEdge never has", () => {
    expect(reasonFor("vpcagent")).toBeUndefined();
    expect(reasonFor("vpcagent", { disableLocalVpc: true })).toBe("spec.disableLocalVpc is true");
    expect(reasonFor("vpcagent", { productVersion: "LightEdge", disableLocalVpc: false })).toBe(
      "spec.disableLocalVpc is true",
    );
  });

  it("takes cloudmon's misspelt field, and a size for what keeps no volume any more", () => {
    const spec = { cloudmon: { CloudmonPingDuration: 15 }, meter: { requests: { storage: "100G" } } };
    const object = { apiVersion: "v1", kind: "OnecloudCluster", metadata: { name: "one" } };
    const { specs } = meantCluster(object, specsOf(components), { spec, storage: "Secret" });
    expect(specs["cloudmon"]).toMatchObject({ cloudmonPingDuration: 15 });
    expect(specs["meter"]).toMatchObject({ requests: { storage: "100G" } });
  });
});

describe("the credentials document of the whole catalogue", () => {
  const how = { makePassword: (path: string) => `made for ${path}`, takenOver: false };

  it("names the database of monitor and its user apart, and gives itsm a key that stays", () => {
    const made = completeCredentials({}, credentialNeedsOf(components), how);
    expect(made["monitor"]).toMatchObject({
      username: "monitoradmin",
      db: { database: "monitor", username: "yunionmonitor", password: "made for monitor.db.password" },
      clickhouse_conf: { database: "monitor", username: "yunionmonitor" },
    });
    expect(made["itsm"]).toMatchObject({ encryptionKey: "made for itsm.encryptionKey", db: { database: "itsm" } });
    const kept = completeCredentials({ itsm: { encryptionKey: "old" } }, credentialNeedsOf(components), how);
    expect(kept["itsm"]).toMatchObject({ encryptionKey: "old" });
  });

  it("holds no entry for what works in the name of region", () => {
    const made = completeCredentials({}, credentialNeedsOf(components), how);
    for (const key of ["scheduler", "apiMap", "apimap", "scheduledtask", "cloudmux", "echartsSSR"]) {
      expect(made).not.toHaveProperty(key);
    }
  });
});
