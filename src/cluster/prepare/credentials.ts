import { isDeepStrictEqual } from "node:util";
import { configMaps, secrets } from "../../kube/kinds.ts";
import type { KubeObject, ObjectKey } from "../../kube/object.ts";
import type { Cluster } from "../api/cluster.ts";
import type { CredentialNeeds, Credentials } from "../api/credentials.ts";
import type { JsonObject } from "../api/field.ts";
import {
  applicationName,
  bootstrapPasswordKey,
  credentialsKey,
  credentialsName,
  labelKeys,
  operatorName,
  pprofAuthKeyKey,
} from "../api/names.ts";
import type { Store } from "../sync/store.ts";
import { completeCredentials, credentialsText, parseCredentials } from "./credentials-document.ts";
import { generatePassword } from "./password.ts";
import { PreparationError } from "./preparation-error.ts";

/** What the credentials need of the API server. */
export type CredentialsStore = Pick<Store, "cached" | "get" | "save">;

/** Where the credentials are kept. */
export interface Around {
  readonly store: CredentialsStore;
  /** Instance labels of the other clusters in the namespace. */
  readonly otherInstances: readonly string[];
}

/** Credentials without an owner are taken up by their name, unless they say that another cluster uses them. */
function refuseForeign(secret: KubeObject | undefined, cluster: Cluster, otherInstances: readonly string[]): void {
  const { labels = {}, ownerReferences = [] } = secret?.metadata ?? {};
  const owner = ownerReferences.find(({ controller }) => controller === true);
  const instance = labels[labelKeys.instance] ?? "";
  const other = `another cluster, ${labelKeys.instance}=${instance}: choose another name for this one, or change that label`;
  const whose = owner === undefined ? other : `${owner.kind} ${owner.name}: rename or remove it`;
  if (owner === undefined && !otherInstances.includes(instance)) return;
  throw new PreparationError("ForeignObject", `Secret ${credentialsName(cluster.name)} belongs to ${whose}`);
}

/**
 * The credentials of the cluster: what its Secret holds, or what the reference left in a ConfigMap, with everything that
 * is missing generated and stored at once. What exists is never replaced; a value in the spec wins.
 */
export async function ensureCredentials(
  cluster: Cluster,
  needs: readonly CredentialNeeds[],
  { store, otherInstances }: Around,
): Promise<Credentials> {
  const key = { namespace: cluster.namespace, name: credentialsName(cluster.name) };
  const secret = store.cached(secrets, key) ?? (await store.get(secrets, key));
  refuseForeign(secret, cluster, otherInstances);
  const found = secretDocument(secret) ?? (await configMapDocument(key, store)) ?? nothing;
  const takenOver = found.kind === "ConfigMap";
  const how = { makePassword: generatePassword, takenOver, known: passwordsIn(cluster) };
  const completed = completeCredentials(found.document, needs, how);
  const credentials = await withSpec(cluster, completed, store);
  const isStored = !takenOver && isDeepStrictEqual(completed, found.document);
  const wanted = secretFor(cluster, secret ?? newSecret(key), {
    ...(isStored ? {} : document64(completed)),
    ...singleValues(credentials),
  });
  if (!isDeepStrictEqual(wanted, secret)) await store.save(secrets, wanted);
  return credentials;
}

/** The Secret with these values; whatever else it holds stays. */
function secretFor(cluster: Cluster, base: KubeObject, values: Record<string, string>): KubeObject {
  const labels = { ...base.metadata.labels, ...labelsOf(cluster) };
  return { ...base, metadata: { ...base.metadata, labels }, data: { ...dataOf(base), ...values } };
}

function newSecret(key: ObjectKey): KubeObject {
  return { apiVersion: "v1", kind: "Secret", metadata: { ...key }, type: "Opaque" };
}

function labelsOf(cluster: Cluster): Record<string, string> {
  return {
    [labelKeys.name]: applicationName,
    [labelKeys.managedBy]: operatorName,
    [labelKeys.instance]: cluster.instance,
  };
}

interface Found {
  readonly kind: "Secret" | "ConfigMap";
  readonly document: JsonObject;
}

const nothing: Found = { kind: "Secret", document: {} };

function dataOf(object: KubeObject | undefined): Readonly<Record<string, string>> {
  return (object?.["data"] ?? {}) as Readonly<Record<string, string>>;
}

function secretDocument(secret: KubeObject | undefined): Found | undefined {
  const encoded = dataOf(secret)[credentialsKey];
  if (secret === undefined || encoded === undefined) return undefined;
  const document = documents.get(secret) ?? parsed(secret, decode(encoded));
  documents.set(secret, document);
  return { kind: "Secret", document };
}

/** Documents of Secrets, as caches hold them: each state is parsed once, not once in every pass. */
const documents = new WeakMap<KubeObject, JsonObject>();

async function configMapDocument(key: ObjectKey, store: CredentialsStore): Promise<Found | undefined> {
  const configMap = await store.get(configMaps, key);
  const text = dataOf(configMap)[credentialsKey];
  if (configMap === undefined || text === undefined) return undefined;
  return { kind: "ConfigMap", document: parsed(configMap, text) };
}

function parsed(object: KubeObject, text: string): JsonObject {
  try {
    return parseCredentials(text);
  } catch (cause) {
    const where = `${object.kind} ${object.metadata.name}, key ${credentialsKey}`;
    // The parser's own message would quote the text.
    throw new PreparationError(
      "CredentialsUnreadable",
      `${where}, is no YAML mapping: mend it, or remove it to have new credentials generated`,
      {
        cause: new Error(cause instanceof Error ? cause.name : "unreadable"),
      },
    );
  }
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64");
}

function decode(encoded: string): string {
  return Buffer.from(encoded, "base64").toString();
}

function document64(credentials: Credentials): Record<string, string> {
  return { [credentialsKey]: encode(credentialsText(credentials)) };
}

function singleValues(credentials: Credentials): Record<string, string> {
  return {
    [bootstrapPasswordKey]: encode(credentials.keystone.bootstrapPassword),
    [pprofAuthKeyKey]: encode(credentials.victoriaMetrics.pprofAuthKey),
  };
}

/** The passwords that the reference generates into the spec: whoever takes one out there has lost nothing. */
function passwordsIn({ specs }: Cluster): JsonObject {
  const { bootstrapPassword } = specs["keystone"] as KeystonePasswords;
  const { minio, grafana } = (specs["monitorStack"] ?? {}) as {
    readonly minio?: JsonObject;
    readonly grafana?: JsonObject;
  };
  return {
    keystone: { bootstrapPassword },
    monitorStack: { minioSecretKey: minio?.["secretKey"], grafanaAdminPassword: grafana?.["adminPassword"] },
  };
}

/** Values that the spec holds, or that it points to in another Secret, win over the document. */
async function withSpec(cluster: Cluster, credentials: Credentials, store: CredentialsStore): Promise<Credentials> {
  const { bootstrapPassword, bootstrapPasswordSecretRef: ref } = cluster.specs["keystone"] as KeystonePasswords;
  const chosen = bootstrapPassword ?? (await referenced(cluster, ref, store));
  if (chosen === undefined) return credentials;
  return { ...credentials, keystone: { ...credentials.keystone, bootstrapPassword: chosen } };
}

interface KeystonePasswords {
  readonly bootstrapPassword?: string;
  readonly bootstrapPasswordSecretRef?: { readonly name?: string; readonly key?: string };
}

async function referenced(
  cluster: Cluster,
  ref: KeystonePasswords["bootstrapPasswordSecretRef"],
  store: CredentialsStore,
): Promise<string | undefined> {
  if (ref?.name === undefined || ref.name === credentialsName(cluster.name)) return undefined;
  const field = "spec.keystone.bootstrapPasswordSecretRef";
  const key = ref.key ?? bootstrapPasswordKey;
  const secret = await store.get(secrets, { namespace: cluster.namespace, name: ref.name });
  const encoded = dataOf(secret)[key];
  if (encoded !== undefined) return decode(encoded);
  const what = secret === undefined ? `there is no Secret ${ref.name}` : `Secret ${ref.name} has no key ${key}`;
  throw new PreparationError(
    "SecretMissing",
    `${field}: ${what} in namespace ${cluster.namespace}: create it, or take the field out`,
  );
}
