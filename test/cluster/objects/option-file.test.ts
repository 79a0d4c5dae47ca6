import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import type { CarriedFile } from "../../../src/cluster/api/scope.ts";
import { optionFileObject, optionFileVolume, yamlFile } from "../../../src/cluster/objects/option-file.ts";
import { inputsFor, scopeFor } from "../../support/cluster-scope.ts";

function fileOf(type: string, spec: JsonObject = {}): CarriedFile {
  const { file } = scopeFor(type, inputsFor(spec));
  if (file === undefined) throw new Error(`${type} has no file`);
  return file;
}

describe("the options of a spec", () => {
  const options = (laidOver: JsonObject): unknown => {
    const scope = scopeFor<{ readonly options?: JsonObject }>("region");
    return load(yamlFile({ ...scope, spec: { options: laidOver } }, { port: 1, log_level: "info" }).text);
  };

  it("win over those of the operator and come beside them", () => {
    expect(options({ log_level: "debug", more: [1, { a: null }] })).toEqual({
      port: 1,
      log_level: "debug",
      more: [1, { a: null }],
    });
  });

  it("reach the file of the component and of no other", () => {
    const spec = { regionServer: { options: { fetch_etcd_service_info: false } } };
    expect(fileOf("region", spec).text).toContain("fetch_etcd_service_info: false");
    expect(fileOf("glance", spec)).toEqual(fileOf("glance"));
  });
});

describe("an option file", () => {
  it("is a Secret where it holds a credential", () => {
    const scope = scopeFor("region");
    expect(optionFileObject(scope, fileOf("region"))).toMatchObject({
      kind: "Secret",
      type: "Opaque",
      data: { config: Buffer.from(fileOf("region").text).toString("base64") },
      metadata: { name: "prod-region", labels: { zone: "" } },
    });
    expect(optionFileVolume(scope, fileOf("region")).volume).toMatchObject({ secret: { secretName: "prod-region" } });
  });

  it("is a ConfigMap where it holds none", () => {
    const scope = scopeFor("web");
    expect(optionFileObject(scope, fileOf("web"))).toMatchObject({
      kind: "ConfigMap",
      data: { config: fileOf("web").text },
    });
    expect(optionFileVolume(scope, fileOf("web")).volume).toMatchObject({ configMap: { name: "prod-web" } });
  });

  it("is a ConfigMap where the cluster keeps all its files so", () => {
    const scope = scopeFor("region", inputsFor({ optionFiles: { storage: "ConfigMap" } }));
    expect(optionFileObject(scope, fileOf("region"))).toMatchObject({ kind: "ConfigMap" });
    expect(optionFileVolume(scope, fileOf("region")).volume).toMatchObject({ configMap: { name: "prod-region" } });
  });

  it("has the same text for the same options in any order", () => {
    const text = (options: JsonObject): string => yamlFile(scopeFor<object>("region"), options).text;
    expect(text({ a: 1, b: { c: 2, d: 3 } })).toBe(text({ b: { d: 3, c: 2 }, a: 1 }));
  });
});
