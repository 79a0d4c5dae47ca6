import { isDeepStrictEqual } from "node:util";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Client } from "../kube/client.ts";
import { customResourceDefinitions } from "../kube/kinds.ts";
import { isNotFound } from "../kube/api-error.ts";
import type { KubeObject, ObjectKey } from "../kube/object.ts";
import { version } from "../version.ts";
import { apiVersion, fieldManagers, plural } from "./api/names.ts";
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
  const applied = { ...wanted, spec: { ...(wanted["spec"] as object), ...pruning(live) } };
  await client.apply(customResourceDefinitions, applied, { fieldManager: fieldManagers.objects, force: true });
  log.info({ version }, live === undefined ? "definition installed" : "definition upgraded");
  await untilTrue(`CustomResourceDefinition ${key.name} was not established`, () => isEstablished(client, key));
  await untilTrue(`the status of ${plural} was not served`, () => isStatusServed(client));
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

/** A definition from the days of v1beta1 may let unknown fields through, which no schema of today can be combined with. */
function pruning(live: KubeObject | undefined): object {
  const { preserveUnknownFields } = (live?.["spec"] ?? {}) as { readonly preserveUnknownFields?: boolean };
  return preserveUnknownFields === true ? { preserveUnknownFields: false } : {};
}

async function untilTrue(failure: string, isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (await isTrue()) return;
    await delay(200);
  }
  throw new Error(`${failure} within 30 seconds`);
}

async function isEstablished(client: Client, key: ObjectKey): Promise<boolean> {
  const live = await client.get(customResourceDefinitions, key);
  const { conditions } = (live?.["status"] ?? {}) as DefinitionStatus;
  // A definition that was just made has null there.
  return conditions?.some(({ type, status }) => type === "Established" && status === "True") === true;
}

/** The definition of the reference is established without a status of its own, and goes on being served for a moment. */
async function isStatusServed(client: Client): Promise<boolean> {
  const found = await client.raw(`/apis/${apiVersion}`).catch((error: unknown) => {
    if (isNotFound(error)) return {};
    throw error;
  });
  const { resources = [] } = found as { readonly resources?: readonly { readonly name: string }[] };
  return resources.some(({ name }) => name === `${plural}/status`);
}
