import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { load } from "js-yaml";
import { annotationKeys } from "../../src/cluster/api/names.ts";
import { clusters } from "../../src/cluster/watches.ts";
import { isAlreadyExists, isNotFound } from "../../src/kube/api-error.ts";
import type { Client } from "../../src/kube/client.ts";
import { createClient } from "../../src/kube/client.ts";
import { loadConnection } from "../../src/kube/connection.ts";
import { namespaces } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { keyOf } from "../../src/kube/object.ts";
import { namespace } from "./target.ts";

const file = "deploy/examples/minimal.yaml";

/** Creates the namespace and the example, of the EDITION and the PRODUCT that the environment names, as soon as the operator has installed the definition; the name of the cluster. */
export async function applyExample(kubeconfig: string, operatorEnded: Promise<number>): Promise<string> {
  const connection = await loadConnection({ kubeconfig, userAgent: "make-run" });
  try {
    const client = createClient(connection);
    await createOnce(client, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const example = chosen(load(await readFile(file, "utf8")) as KubeObject);
    const applied = untilServed(client, example);
    const ended = operatorEnded.then(() =>
      Promise.reject(new Error("the operator has ended before it installed the definition")),
    );
    await Promise.race([applied, ended]);
    console.log(`applied ${file}`);
    return example.metadata.name;
  } finally {
    await connection.close();
  }
}

async function createOnce(client: Client, object: KubeObject): Promise<void> {
  try {
    await client.create(namespaces, object);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

function chosen(example: KubeObject): KubeObject {
  const { EDITION: edition, PRODUCT: productVersion } = process.env;
  const annotations = { ...example.metadata.annotations, ...(edition && { [annotationKeys.edition]: edition }) };
  const spec = { ...(example["spec"] as object), ...(productVersion && { productVersion }) };
  return { ...example, metadata: { ...example.metadata, annotations }, spec };
}

async function untilServed(client: Client, example: KubeObject): Promise<void> {
  for (;;) {
    try {
      if ((await client.get(clusters, keyOf(example))) === undefined) await client.create(clusters, example);
      return;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await delay(200);
    }
  }
}
