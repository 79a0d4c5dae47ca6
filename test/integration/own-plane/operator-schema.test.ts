import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { load } from "js-yaml";
import { beforeAll, describe, expect, it } from "vitest";
import { clusterDefinition } from "../../../src/cluster/crd.ts";
import { installDefinition } from "../../../src/cluster/install-definition.ts";
import { components } from "../../../src/cluster/components/index.ts";
import { createClient } from "../../../src/kube/client.ts";
import { loadConnection } from "../../../src/kube/connection.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { isKubeObject, isMapping, readYaml } from "../../golden/scenarios.ts";
import { wantedBy } from "../../golden/wanted.ts";
import { silentLogger } from "../../kube/recording-logger.ts";
import { type ControlPlane, startControlPlane } from "../../support/control-plane.ts";

/** An API server alone: nothing is stored but the definition, and no Service of another test holds a node port. */
let plane: ControlPlane;
const namespace = "schema";

beforeAll(async () => {
  plane = await startControlPlane({ components: ["etcd", "kube-apiserver"] });
  const connection = await loadConnection({ kubeconfig: plane.kubeconfig });
  await installDefinition(createClient(connection), silentLogger);
  await connection.close();
  await plane.kubectl(["create", "namespace", namespace]);
  return () => plane.stop();
});

const definition = new URL("../../../crds/onecloudclusters.yaml", import.meta.url);
const golden = new URL("../../golden/", import.meta.url);
/** The most that annotations may hold together: `kubectl apply` keeps a copy of what it applied in one. */
const mostBytes = 256 * 1024;

/** Names of the objects, which the API server would take and of which it knows every field; rejects with what it says otherwise. */
async function takenOf(objects: readonly KubeObject[]): Promise<readonly string[]> {
  const args = ["create", "--dry-run=server", "--validate=strict", "--output", "name", "--filename", "-"];
  const names = await plane.kubectl(args, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  return names.trim().split("\n");
}

/** What the API server would store of an object, whose unknown fields it drops. */
async function storedOf(object: KubeObject): Promise<KubeObject> {
  const args = ["create", "--dry-run=server", "--validate=warn", "--output", "json", "--filename", "-"];
  const stored: unknown = JSON.parse(await plane.kubectl(args, JSON.stringify(object)));
  if (!isKubeObject(stored)) throw new Error("the answer is no object");
  return stored;
}

/** The object in the namespace of this test, owned by nobody that the API server would have to know. */
function here(object: KubeObject): KubeObject {
  const { uid: _, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, namespace } };
}

describe("the definition of OnecloudCluster", () => {
  it("is taken by the API server as it lies in the file, without a warning", async () => {
    const args = ["apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict"];
    const said = await plane.kubectl([...args, "--warnings-as-errors", "--filename", definition.pathname]);
    expect(said).toContain("onecloudclusters.onecloud.yunion.io serverside-applied");
  });

  it("can be applied with kubectl as people do, which keeps a copy of it in an annotation", async () => {
    const said = await plane.kubectl(["apply", "--dry-run=server", "--filename", definition.pathname]);
    expect(said).toContain("onecloudclusters.onecloud.yunion.io configured");
  });

  it("stays below 256 KiB with every component of the platform", async () => {
    const { spec, status } = schemaParts();
    expect(Object.keys(spec)).toEqual(expect.arrayContaining(components.map(({ specKey }) => specKey)));
    expect(Object.keys(status)).toEqual(expect.arrayContaining(components.map(({ statusKey }) => statusKey)));
    expect((await readFile(definition)).byteLength).toBeLessThan(mostBytes);
    expect(Buffer.byteLength(JSON.stringify(clusterDefinition()))).toBeLessThan(mostBytes);
  });
});

type Schema = Readonly<Record<string, unknown>>;

function schemaParts(): { readonly spec: Schema; readonly status: Schema } {
  const { versions } = clusterDefinition()["spec"] as {
    readonly versions: readonly {
      readonly schema: { readonly openAPIV3Schema: { readonly properties: Readonly<Record<string, Schema>> } };
    }[];
  };
  const { spec, status } = versions[0]?.schema.openAPIV3Schema.properties ?? {};
  if (!isMapping(spec?.["properties"]) || !isMapping(status?.["properties"])) throw new Error("there is no schema");
  return { spec: spec["properties"], status: status["properties"] };
}

const scenarios = readdirSync(new URL("reference/", golden), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe.each(scenarios)("the cluster %s of the reference", (scenario) => {
  it.each(["cluster", "defaulted"])("is taken by the API server as it was stored (%s)", async (file) => {
    const stored = readYaml(new URL(`reference/${scenario}/${file}.yaml`, golden), isKubeObject);
    const spec = (await storedOf(here(stored)))["spec"] as Readonly<Record<string, unknown>>;
    const written = stored["spec"] as Readonly<Record<string, unknown>>;
    const known = Object.entries(written).filter(([key]) => key in schemaParts().spec);
    expect(known.length).toBeGreaterThan(0);
    expect(spec).toMatchObject(Object.fromEntries(known));
  });
});

const examples = readdirSync(new URL("examples/", golden)).map((file) => file.replace(/\.yaml$/, ""));

describe.each(examples)("the example %s", (example) => {
  const cluster = readYaml(new URL(`examples/${example}.yaml`, golden), isKubeObject);

  it("is taken by the API server, which knows all of its fields", async () => {
    expect(await takenOf([here(cluster)])).toHaveLength(1);
  });

  it.each(["Secret", "ConfigMap"] as const)(
    "makes objects that the API server takes as they are (%s)",
    async (mode) => {
      const objects = [...wantedBy(cluster, mode).values()].flat().map(here);
      expect(objects.length).toBeGreaterThan(20);
      expect(await takenOf(objects)).toHaveLength(objects.length);
    },
  );
});

describe("the minimal example of the user guide", () => {
  it("is taken by the API server, which knows all of its fields", async () => {
    const file = new URL("../../../deploy/examples/minimal.yaml", import.meta.url);
    const written: unknown = load(await readFile(file, "utf8"));
    if (!isKubeObject(written)) throw new Error("the example is no object");
    expect(await takenOf([here(written)])).toHaveLength(1);
  });
});
