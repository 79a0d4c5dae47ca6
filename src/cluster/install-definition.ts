import { isDeepStrictEqual } from "node:util";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { denialOf, isNotFound } from "../kube/api-error.ts";
import type { Client } from "../kube/client.ts";
import { customResourceDefinitions } from "../kube/kinds.ts";
import type { KubeObject, ObjectKey } from "../kube/object.ts";
import { version } from "../version.ts";
import { apiVersion, fieldManagers, plural } from "./api/names.ts";
import { clusterDefinition, definitionMark, definitionVersionAnnotation } from "./crd.ts";
import { differences } from "./sync/compare.ts";
import { missingRight } from "./sync/missing-right.ts";

/**
 * Installs or upgrades the CustomResourceDefinition and waits until it is served; a newer one is left as it is. Without the
 * right to that it goes on with one that is there and not older, and rejects with a sentence for the administrator otherwise.
 */
export async function installDefinition(client: Client, log: Logger): Promise<void> {
  try {
    await install(client, log);
  } catch (error) {
    const denial = denialOf(error);
    if (denial === undefined) throw error;
    const served = await servedVersion(client);
    if (served !== undefined && !isNewer(version, served)) return;
    const lack = served === undefined ? "is not installed" : `is that of version ${served}, older than ${version}`;
    const remedy = "or apply crds/onecloudclusters.yaml yourself";
    const message = `the definition of OnecloudCluster ${lack}, and ${missingRight(denial)}, ${remedy}`;
    throw new Error(message, { cause: error });
  }
}

async function install(client: Client, log: Logger): Promise<void> {
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

/** Whether a version comes after another one, by its numbers: 0.10.0 comes after 0.9.1, and a release after its candidates. */
export function isNewer(candidate: string, than: string): boolean {
  const [[numbers, label], [otherNumbers, otherLabel]] = [parted(candidate), parted(than)];
  const order = inOrder(numbers, otherNumbers);
  if (order !== 0 || label === otherLabel) return order > 0;
  return label === undefined || (otherLabel !== undefined && inOrder(label, otherLabel) > 0);
}

/** The numbers of a version, and what it is a candidate of them by, `rc.1`. */
function parted(text: string): readonly [string, string | undefined] {
  const [numbers = "", ...label] = text.split("-");
  return [numbers, label.length === 0 ? undefined : label.join("-")];
}

function inOrder(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}

/** The version of the definition that is served, from the public schema; `undefined` when none is, 0.0.0 when it tells none. */
async function servedVersion(client: Client): Promise<string | undefined> {
  try {
    const schema = JSON.stringify(await client.raw(`/openapi/v3/apis/${apiVersion}`));
    return new RegExp(`${definitionMark}(\\d+\\.\\d+\\.\\d+)`).exec(schema)?.[1] ?? "0.0.0";
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
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
