import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { load } from "js-yaml";
import { annotationKeys } from "../../src/cluster/api/names.ts";
import { clusters } from "../../src/cluster/watches.ts";
import { isNotFound } from "../../src/kube/api-error.ts";
import type { Client } from "../../src/kube/client.ts";
import { namespaces } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import type { Settings } from "./settings.ts";

/** Path of the manifest, from the root of the checkout. */
export const examplePath = "deploy/examples/minimal.yaml";

const fieldManager = "onecloud-operator-example";

/** The example, of the edition and product that are asked for. */
export async function readExample({ edition, product }: Pick<Settings, "edition" | "product">): Promise<KubeObject> {
  const text = await readFile(join(import.meta.dirname, "..", "..", examplePath), "utf8");
  const { metadata, spec, ...rest } = load(text) as KubeObject & { readonly spec: object };
  return {
    ...rest,
    metadata: { ...metadata, ...(edition !== undefined && { annotations: { [annotationKeys.edition]: edition } }) },
    spec: { ...spec, ...(product !== undefined && { productVersion: product }) },
  };
}

/** Makes the namespace unless it is there. */
export async function ensureNamespace(client: Client, name: string): Promise<void> {
  await client.apply(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } }, { fieldManager });
}

/** How long the operator may take to install the definition, in milliseconds. */
const definitionMs = 60_000;

/** Applies the cluster, as soon as the API server knows its kind; the signal ends the wait with its reason. */
export async function applyExample(client: Client, cluster: KubeObject, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + definitionMs;
  for (;;) {
    signal.throwIfAborted();
    try {
      await client.apply(clusters, cluster, { fieldManager, force: true });
      return;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (performance.now() > deadline)
        throw new Error("the operator does not install its definition", { cause: error });
    }
    await delay(200);
  }
}
