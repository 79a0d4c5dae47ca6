import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clusterDefinition, definitionVersionAnnotation } from "../../../src/cluster/crd.ts";
import { installDefinition } from "../../../src/cluster/install-definition.ts";
import { clusters } from "../../../src/cluster/watches.ts";
import type { Client } from "../../../src/kube/client.ts";
import { createClient } from "../../../src/kube/client.ts";
import type { Connection } from "../../../src/kube/connection.ts";
import { loadConnection } from "../../../src/kube/connection.ts";
import { customResourceDefinitions } from "../../../src/kube/kinds.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { recordingLogger } from "../../kube/recording-logger.ts";
import { type ControlPlane, eventually, startControlPlane } from "../../support/control-plane.ts";
import { clusterManifest } from "../../support/operator.ts";

const userAgent = "definition-test";
const { name } = clusterDefinition().metadata;

/** The definition as another version of the operator would have it: with its version, and without a column. */
function ofVersion(version: string): KubeObject {
  const definition = clusterDefinition();
  const spec = structuredClone(definition["spec"]) as { versions: { additionalPrinterColumns: unknown[] }[] };
  spec.versions[0]?.additionalPrinterColumns.pop();
  return { ...definition, metadata: { name, annotations: { [definitionVersionAnnotation]: version } }, spec };
}

describe("the definition that the operator installs", () => {
  let plane: ControlPlane;
  let connection: Connection;
  let client: Client;
  const install = (): Promise<void> => installDefinition(client, recordingLogger().logger);
  const columns = async (): Promise<number> => {
    const live = await client.get(customResourceDefinitions, { name });
    const spec = live?.["spec"] as { versions: { additionalPrinterColumns: unknown[] }[] } | undefined;
    return spec?.versions[0]?.additionalPrinterColumns.length ?? 0;
  };

  beforeAll(async () => {
    plane = await startControlPlane({ components: ["etcd", "kube-apiserver"] });
    connection = await loadConnection({ kubeconfig: plane.kubeconfig, userAgent });
    client = createClient(connection);
  });

  afterAll(async () => {
    await connection.close();
    await plane.stop();
  });

  it("is served when the installation ends", async () => {
    await install();
    expect((await client.list(clusters)).items).toEqual([]);
    expect(await columns()).toBe(5);
  });

  it("is not written again when it is there", async () => {
    const since = new Date();
    await install();
    expect(await plane.requests({ userAgent, since, verbs: ["create", "update", "patch"] })).toEqual([]);
  });

  it("is upgraded in place, and clusters that are stored stay", async () => {
    await client.update(customResourceDefinitions, { ...ofVersion("0.0.1"), metadata: await older("0.0.1") });
    // The API server refuses requests for a kind for a moment while it takes over another definition of it.
    await eventually(() => client.create(clusters, clusterManifest("kept", "default")));
    await install();
    expect(await columns()).toBe(5);
    const stored = await eventually(async () => (await client.list(clusters)).items);
    expect(stored.map(({ metadata }) => metadata.name)).toEqual(["kept"]);
  });

  it("stays as it is when it belongs to a newer operator", async () => {
    await client.update(customResourceDefinitions, { ...ofVersion("99.10.0"), metadata: await older("99.10.0") });
    await install();
    expect(await columns()).toBe(4);
  });

  /** The metadata of the stored definition, as an operator of that version would have left it. */
  async function older(version: string): Promise<KubeObject["metadata"]> {
    const live = await client.get(customResourceDefinitions, { name });
    if (live === undefined) throw new Error(`${name} is not there`);
    const annotations = { ...live.metadata.annotations, [definitionVersionAnnotation]: version };
    return { ...live.metadata, annotations };
  }
});
