import { describe, expect, it } from "vitest";
import { deploymentSpec } from "../../../src/cluster/api/shapes.ts";
import { products } from "../../../src/cluster/api/names.ts";
import { defineComponent } from "../../../src/cluster/components/component.ts";
import { reasonNotToRun, scopeOf, wantedObjects } from "../../../src/cluster/sync/wanted.ts";
import { componentOf, inputsFor, meantBy } from "../../support/cluster-scope.ts";

describe("a component", () => {
  it.each(products)("runs in the product %s where it belongs to it", (productVersion) => {
    const cluster = meantBy({ productVersion });
    const hosts = defineComponent({
      type: "hosts",
      spec: deploymentSpec({ name: "hosts" }, {}),
      products: ["Edge", "AI"],
    });
    const expected = ["Edge", "AI"].includes(productVersion)
      ? undefined
      : `it does not belong to the product ${productVersion}`;
    expect(reasonNotToRun(hosts, cluster)).toBe(expected);
    expect(reasonNotToRun(componentOf("keystone"), cluster)).toBeUndefined();
  });

  it("does not run when it is disabled, and says by which field", () => {
    const cluster = meantBy({ regionServer: { disable: true } });
    expect(reasonNotToRun(componentOf("region"), cluster)).toBe("spec.regionServer.disable is true");
    expect(reasonNotToRun(componentOf("keystone"), cluster)).toBeUndefined();
  });

  it.each([
    ["ce", "it belongs to the editions ce/support and ee"],
    ["ce/support", undefined],
    ["ee", undefined],
  ])("may belong to some editions only: yunionagent in %s", (edition, reason) => {
    expect(reasonNotToRun(componentOf("yunionagent"), meantBy({}, edition))).toBe(reason);
  });

  it("wants nothing when it does not run", () => {
    const inputs = inputsFor({ glance: { disable: true, slave_replicas: 2 } });
    expect(wantedObjects(componentOf("glance"), inputs)).toEqual([]);
  });

  it("wants what its pods need before its pods", () => {
    const kinds = wantedObjects(componentOf("glance"), inputsFor()).map(({ kind }) => kind);
    expect(kinds).toEqual(["Secret", "PersistentVolumeClaim", "Service", "Deployment"]);
  });

  it.each([
    ["region", 1, true],
    ["region", 0, false],
    ["scheduler", 2, false],
  ])("has read-only copies where it supports them: %s with %i", (type, slave_replicas, has) => {
    const component = componentOf(type);
    const inputs = inputsFor({ [component.specKey]: { slave_replicas } });
    const names = wantedObjects(component, inputs).map(({ metadata }) => metadata.name);
    expect(names.includes(`prod-${type}-slave`)).toBe(has);
  });

  it("sees its spec, its entry of the credentials and its file", () => {
    const scope = scopeOf(componentOf("region"), inputsFor({ regionServer: { replicas: 4 } }));
    expect(scope).toMatchObject({
      spec: { replicas: 4 },
      config: { port: 30888, username: "regionadmin", password: "region.password" },
      file: { name: "region.conf", directory: "/etc/yunion" },
    });
  });
});
