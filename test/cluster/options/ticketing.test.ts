import { describe, expect, it } from "vitest";
import { parseProperties } from "../../support/text-file.ts";
import { isKubeObject, isMapping, readYaml } from "../../golden/scenarios.ts";
import { wantedBy } from "../../golden/wanted.ts";

const six = readYaml(new URL("../../golden/examples/ipv6-dameng.yaml", import.meta.url), isKubeObject);

/** The properties of the ticketing service in the cluster with IPv6 addresses and Dameng, in edition ee. */
function propertiesOf(spec: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, string>> {
  const annotations = { "onecloud.yunion.io/edition": "ee" };
  const cluster = { ...six, metadata: { ...six.metadata, annotations }, spec: { ...Object(six["spec"]), ...spec } };
  const file = wantedBy(cluster, "ConfigMap")
    .get("itsm")
    ?.find(({ kind }) => kind === "ConfigMap");
  const data = file?.["data"];
  return parseProperties(isMapping(data) ? String(data["config"]) : "");
}

describe("the properties of the ticketing service", () => {
  it("name MySQL for both databases, whatever engine the cluster has, with an IPv6 address in brackets", () => {
    const properties = propertiesOf();
    expect(properties["datasource.primary.jdbc-url"]).toMatch(/^jdbc:mysql:\/\/\[fd00::20\]:3306\/itsm\?/);
    expect(properties["datasource.secondary.jdbc-url"]).toMatch(/^jdbc:mysql:\/\/\[fd00::20\]:3306\/itsm_engine\?/);
  });

  it("log in at keystone as keystone speaks", () => {
    expect(propertiesOf()["yunion.rc.auth.url"]).toBe("https://six-keystone:30357/v3");
    expect(propertiesOf({ keystone: { disableTLS: true } })["yunion.rc.auth.url"]).toBe("http://six-keystone:30357/v3");
  });
});
