import { isDeepStrictEqual } from "node:util";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Client } from "../kube/client.ts";
import { customResourceDefinitions } from "../kube/kinds.ts";
import type { KubeObject } from "../kube/object.ts";
import { version } from "../version.ts";
import { fieldManagers } from "./api/names.ts";
import { clusterDefinition, definitionVersionAnnotation } from "./crd.ts";
import { differences } from "./sync/compare.ts";

/** Installs or upgrades the CustomResourceDefinition and waits until it is served; a newer one is left as it is. */
export async function installDefinition(client: Client, log: Logger): Promise<void> {
  const wanted = clusterDefinition();
  const key = { name: wanted.metadata.name };
  const live = await client.get(customResourceDefinitions, key);
  const installed = live?.metadata.annotations?.[definitionVersionAnnotation] ?? "0.0.0";
  if (isNewer(installed, version)) {
    log.info({ installed, own: version }, "a newer definition is installed and stays");
    return;
  }
  if (live !== undefined && isInstalled(wanted, live)) return;
  await client.apply(customResourceDefinitions, wanted, { fieldManager: fieldManagers.objects, force: true });
  log.info({ version }, live === undefined ? "definition installed" : "definition upgraded");
  await established(client, key);
}

/** Whether a version comes after another one, by its numbers: 0.10.0 comes after 0.9.1. */
export function isNewer(candidate: string, than: string): boolean {
  return candidate.localeCompare(than, "en", { numeric: true }) > 0;
}

/** Fields of the definition are compared whole, so that one that is no longer wanted shows too. */
function isInstalled(wanted: KubeObject, live: KubeObject): boolean {
  const schema = (object: KubeObject): unknown => {
    const { versions } = object["spec"] as { readonly versions: readonly { readonly schema?: unknown }[] };
    return versions[0]?.schema;
  };
  return differences(wanted, live).length === 0 && isDeepStrictEqual(schema(wanted), schema(live));
}

interface DefinitionStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[] | null;
}

async function established(client: Client, key: { readonly name: string }): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    const live = await client.get(customResourceDefinitions, key);
    const { conditions } = (live?.["status"] ?? {}) as DefinitionStatus;
    // A definition that was just made has null there.
    if (conditions?.some(({ type, status }) => type === "Established" && status === "True")) return;
    await delay(200);
  }
  throw new Error(`CustomResourceDefinition ${key.name} was not established within 30 seconds`);
}
