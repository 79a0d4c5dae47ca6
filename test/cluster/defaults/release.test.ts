import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../src/cluster/api/field.ts";
import { isMapping } from "../../../src/cluster/api/field.ts";
import { platformFields } from "../../../src/cluster/api/platform.ts";
import { specsOf } from "../../../src/cluster/components/component.ts";
import { components } from "../../../src/cluster/components/index.ts";
import { meantCluster } from "../../../src/cluster/defaults/meant.ts";
import { pathText, unaskedPaths, withoutPaths } from "../../../src/cluster/defaults/release.ts";
import { validateSpec } from "../../../src/cluster/validate.ts";
import { writtenSpec } from "../../support/arbitrary-cluster.ts";
import { clusterObject } from "../../support/cluster-scope.ts";
import { frozen } from "../../support/frozen.ts";
import { partAt } from "../../support/part-at.ts";
import { referencePlatform } from "../../support/taken-over.ts";

const specs = specsOf(components);
const stored = frozen(referencePlatform.cluster["spec"] as JsonObject);

interface Around {
  readonly edition?: string;
  readonly controlPlaneNodes?: number;
}

function meantBy(spec: JsonObject, edition = "ce") {
  return meantCluster(clusterObject(spec, edition), specs, { spec, storage: "Secret" });
}

/** The spec once everything that nobody asked for is released. */
function released(spec: JsonObject, { edition = "ce", controlPlaneNodes = 1 }: Around = {}): JsonObject {
  const cluster = meantBy(spec, edition);
  return withoutPaths(spec, unaskedPaths({ ...platformFields, ...specs }, spec, { cluster, controlPlaneNodes }));
}

/** What the stored platform's spec would be with these parts laid over it. */
function storedWith(over: Readonly<Record<string, JsonObject | string>>): JsonObject {
  const parts = Object.entries(over).map(([key, part]) => {
    const below = stored[key];
    return [key, typeof part === "object" ? { ...(below as JsonObject | undefined), ...part } : part];
  });
  return { ...stored, ...(Object.fromEntries(parts) as JsonObject) };
}

describe("releasing the spec that the reference stored", () => {
  it("leaves what the user wrote and what cannot be had again, and nothing else", () => {
    expect(released(stored)).toEqual({
      version: "v3.11.4",
      loadBalancerEndpoint: "127.0.0.1",
      mysql: { host: "127.0.0.1", password: "your-sql-passwd" },
      etcd: { disable: true },
      keystone: { bootstrapPassword: "J6vtSvuWb8PEcYBp" },
      monitorStack: {
        disable: true,
        grafana: { adminPassword: "HPCGaynht3kj3mBG" },
        minio: { secretKey: "YNatt9j5EEFuDWMj" },
      },
    });
  });

  it("finds nothing more when it is done again, and names every field by its path alone", () => {
    const once = released(stored);
    expect(released(once)).toEqual(once);
    const paths = unaskedPaths(specs, stored, { cluster: meantBy(stored), controlPlaneNodes: 1 }).map(pathText);
    expect(paths).toEqual(expect.arrayContaining(["spec.keystone.image", "spec.web.Docs.imagePullPolicy"]));
    expect(paths.filter((path) => !/^spec(\.\w+)+$/.test(path))).toEqual([]);
  });

  it.each<[what: string, key: string, part: JsonObject]>([
    ["an image of the user's own", "glance", { image: "registry.example.com/our/glance:tuned" }],
    ["an image of another version", "keystone", { image: "registry.hub.docker.com/yunion/keystone:v3.11.3" }],
    ["replicas", "regionServer", { replicas: 3 }],
    ["limits of one component", "regionServer", { limits: { cpu: "8", memory: "8Gi" } }],
    ["tolerations", "web", { tolerations: [{ key: "example.com/only", operator: "Exists" }] }],
    ["a node selector", "keystone", { nodeSelector: { disk: "ssd" } }],
    ["an affinity", "notify", { affinity: { nodeAffinity: {} } }],
    ["a node port", "notify", { service: { nodePort: 31777 } }],
    ["a size", "glance", { requests: { storage: "300Gi" } }],
    ["a class", "glance", { storageClassName: "ceph" }],
    ["a DNS server", "regionServer", { dnsServer: "10.0.0.53" }],
    ["an image name", "regionServer", { imageName: "my-region" }],
    ["a component that is enabled against its default", "echartsSSR", { disable: false }],
    ["a component that is disabled", "cloudid", { disable: true }],
    ["TLS switched off", "etcd", { enableTls: false }],
    ["where option files are kept", "optionFiles", { storage: "Secret" }],
  ])("keeps %s", (_, key, part) => {
    expect(partAt(released(storedWith({ [key]: part })), key)).toMatchObject(part);
  });
});

describe("what the reference works out", () => {
  const of = (over: Parameters<typeof storedWith>[0], around: Around = {}): JsonObject =>
    released(storedWith(over), around);

  it("is released with a component that was disabled: it comes back with one pod", () => {
    const { cloudid } = of({ cloudid: { disable: true, replicas: 0 } });
    expect(cloudid).toEqual({ disable: true });
    expect(meantBy({ cloudid: {} }).specs["cloudid"]).toMatchObject({ disable: false, replicas: 1 });
  });

  it("is released in the edition that the cluster has now, when the name of web's image is of another one", () => {
    const image = "registry.hub.docker.com/yunion/web:v3.11.4";
    expect(of({ web: { imageName: "web", image } }, { edition: "ee" })).not.toHaveProperty("web");
    expect(meantBy({}, "ee").specs["web"]).toMatchObject({ image: "registry.hub.docker.com/yunion/web-ee:latest" });
  });

  it("is released beside a name that somebody chose, which stays", () => {
    const named = { imageName: "my-keystone", image: "registry.hub.docker.com/yunion/my-keystone:v3.11.4" };
    expect(of({ keystone: named })).toMatchObject({ keystone: { imageName: "my-keystone" } });
    expect(of({ keystone: named })).not.toHaveProperty("keystone.image");
  });

  it("is released where the common image is used", () => {
    const image = "registry.hub.docker.com/yunion/cloudpods:v3.11.4";
    const { keystone } = of({ useHyperImage: true as unknown as string, keystone: { image } });
    expect(keystone).toEqual({ bootstrapPassword: "J6vtSvuWb8PEcYBp" });
  });

  it.each([
    { controlPlaneNodes: 1, mode: "standalone", size: 1, otherMode: "distributed", otherSize: 3 },
    { controlPlaneNodes: 3, mode: "distributed", size: 3, otherMode: "standalone", otherSize: 5 },
  ])(
    "follows the number of control-plane nodes: $controlPlaneNodes",
    ({ mode, size, otherMode, otherSize, ...around }) => {
      expect(of({ minio: { enable: true, mode }, etcd: { disable: false, size } }, around)).toMatchObject({
        minio: { enable: true },
      });
      expect(of({ minio: { enable: true, mode }, etcd: { size } }, around)).not.toHaveProperty("minio.mode");
      expect(of({ etcd: { size } }, around)).not.toHaveProperty("etcd.size");
      const wished = of({ minio: { mode: otherMode }, etcd: { size: otherSize } }, around);
      expect(wished).toMatchObject({ minio: { mode: otherMode }, etcd: { size: otherSize } });
    },
  );

  it("is released where objects are kept, unless they are kept elsewhere", () => {
    const keys = { accessKey: "monitor-admin", secretKey: "YNatt9j5EEFuDWMj" };
    const at = (endpoint: string): JsonObject => ({ bucket: "loki", endpoint, ...keys });
    const monitorStack = stored["monitorStack"] as JsonObject;
    const lokiAt = (endpoint: string): JsonObject => ({ ...monitorStack, loki: { objectStoreConfig: at(endpoint) } });
    expect(of({ monitorStack: lokiAt("monitor-minio.onecloud-monitoring:9000") })).not.toHaveProperty(
      "monitorStack.loki",
    );
    const { bucket: _, ...elsewhere } = at("s3.example.com:443");
    expect(of({ monitorStack: lokiAt("s3.example.com:443") })).toHaveProperty(
      "monitorStack.loki.objectStoreConfig",
      elsewhere,
    );
  });

  it("is not taken for limits that a few components share", () => {
    const limits = { cpu: "2", memory: "4Gi" };
    const spec = { mysql: { host: "db" }, keystone: { limits }, glance: { limits }, notify: { limits } };
    expect(released(spec)).toEqual(spec);
  });
});

describe("releasing any spec that the schema allows", () => {
  const runs = { numRuns: 10 };
  /** Fields that mean the same as their default without being equal to it, or that the reference works out. */
  const workedOut = [
    ...["replicas", "tolerations", "affinity", "dnsServer", "nodeSelector", "size", "mode", "cpu", "memory"],
    "clientNodePort",
  ];
  /** What has no effect. */
  const idle = ["influxdb", "lbagent.ovnController", "notify.plugins", "storageClassName"];
  const skipped = new Set([...workedOut, ...idle, "notify.requests", "meter.requests"]);

  it("keeps what is meant, but for what the reference works out", () => {
    fc.assert(
      fc.property(writtenSpec(), fc.constantFrom("ce", "ee"), (spec, edition) => {
        const rest = released(frozen(spec), { edition });
        expect(essence(meantBy(rest, edition))).toEqual(essence(meantBy(spec, edition)));
      }),
      runs,
    );
  });

  it("leaves a spec that is accepted, and finds nothing more when it is done again", () => {
    fc.assert(
      fc.property(writtenSpec(), (spec) => {
        const rest = released(spec);
        expect(validateSpec(rest)).toEqual([]);
        expect(released(rest)).toEqual(rest);
      }),
      runs,
    );
  });

  /** What is meant, without what is empty or zero, and without what is skipped. */
  function essence({ platform, specs: filled }: ReturnType<typeof meantBy>): Json | undefined {
    return essential({ ...(platform as unknown as JsonObject), ...filled });
  }

  function essential(value: Json | undefined, path: readonly string[] = []): Json | undefined {
    if (isMapping(value)) return essentialFields(value, path);
    const isNothing = value === "" || value === 0 || value === false || value === null;
    return isNothing || (Array.isArray(value) && value.length === 0) ? undefined : value;
  }

  function essentialFields(struct: JsonObject, path: readonly string[]): Json | undefined {
    const entries = Object.entries(struct)
      .filter(([key]) => !skipped.has(key) && !skipped.has([...path, key].join(".")))
      .map(([key, inner]) => [key, essential(inner, [...path, key])] as const)
      .filter(([, inner]) => inner !== undefined);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
});
