import { dump, load } from "js-yaml";
import type { CredentialNeeds, Credentials } from "../api/credentials.ts";
import { ownWorkerCounts } from "../api/credentials.ts";
import type { Json, JsonObject } from "../api/field.ts";
import { isMapping } from "../api/field.ts";
import { apiVersion, credentialsKey } from "../api/names.ts";
import { PreparationError } from "./preparation-error.ts";

/** Makes the password of the entry at `path`, `keystone.db.password`. */
export type MakePassword = (path: string) => string;

/** Secrets that every installation of the reference shares: the key of victoria-metrics' profiles, and that of bare machines. */
const common = { pprofAuthKey: "pprof@AuthKey", ipmiPassword: "YunionDev@123" };

/** How a document is completed. */
export interface Completing {
  readonly makePassword: MakePassword;
  /** The document came from the reference, whose constants then stay. */
  readonly takenOver: boolean;
  /** What is known from elsewhere, and taken where the document says nothing. */
  readonly known?: JsonObject;
}

/**
 * The credentials document with everything that is missing in `document`; what is there is never replaced, entries that
 * nobody asks for are kept.
 */
export function completeCredentials(
  document: JsonObject,
  needs: readonly CredentialNeeds[],
  how: Completing,
): Credentials {
  const wanted: Record<string, JsonObject> = {
    commonConfig: ownWorkerCounts,
    ...Object.fromEntries(needs.map((need) => [need.configKey, entryOf(need)])),
  };
  const needed = merge(wanted, secrets(how.takenOver));
  refuseOtherKinds(needed, document);
  const completed = merge(merge(needed, how.known ?? {}), document);
  return withPasswords(completed, "", how.makePassword) as unknown as Credentials;
}

const toBeMade = Symbol("a password that is missing");
type Draft = Json | typeof toBeMade | { readonly [key: string]: Draft | undefined };

function entryOf(need: CredentialNeeds): JsonObject {
  const { database: wanted, secrets: keys = [] } = need;
  const database = wanted && login(wanted.username ?? wanted.name, { database: wanted.name });
  return {
    ...Object.fromEntries(keys.map((key) => [key, toBeMade as unknown as string])),
    ...(need.port !== undefined && { port: need.port }),
    ...(need.account !== undefined && login(need.account)),
    ...(database && { db: database }),
    ...(database && wanted?.clickhouse && { clickhouse_conf: database }),
  };
}

function login(username: string, more: JsonObject = {}): JsonObject {
  return { ...more, username, password: toBeMade as unknown as string };
}

function secrets(takenOver: boolean): JsonObject {
  const made = toBeMade as unknown as string;
  return {
    keystone: { bootstrapPassword: made },
    monitorStack: { minioSecretKey: made, grafanaAdminPassword: made },
    victoriaMetrics: { pprofAuthKey: takenOver ? common.pprofAuthKey : made },
    baremetal: { ipmiPassword: takenOver ? common.ipmiPassword : made },
  };
}

function isMissing(value: Json | undefined): value is undefined | null | "" {
  return value === undefined || value === null || value === "";
}

/** A password written as a number would break whoever reads it, and might be shown by that error. */
function refuseOtherKinds(needed: JsonObject, document: JsonObject, path = ""): void {
  for (const [key, wanted] of Object.entries(needed)) {
    const held = document[key];
    if (isMissing(held)) continue;
    if (isMapping(wanted) && isMapping(held)) refuseOtherKinds(wanted, held, `${path}${key}.`);
    else if (kindOf(wanted) !== kindOf(held)) {
      const message = `${credentialsKey}: ${path}${key} must be ${kindOf(wanted)}`;
      throw new PreparationError("CredentialsUnreadable", message);
    }
  }
}

function kindOf(value: Draft | undefined): string {
  if (isMapping(value)) return "a mapping";
  if (typeof value === "number") return "a number";
  return value === toBeMade || typeof value === "string"
    ? "text, in quotes where it looks like a number"
    : typeof value;
}

/** `over` laid over `under`, where it holds something. */
function merge(under: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, Json | undefined> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    if (isMapping(value) && isMapping(below)) merged[key] = merge(below, value);
    else if (!isMissing(value)) merged[key] = value;
  }
  return merged;
}

function withPasswords(value: Draft | undefined, path: string, makePassword: MakePassword): Json | undefined {
  if (value === toBeMade) return makePassword(path);
  if (!isMapping(value)) return value as Json;
  const entries = Object.entries(value).map(([key, inner]) => {
    return [key, withPasswords(inner, path === "" ? key : `${path}.${key}`, makePassword)];
  });
  return Object.fromEntries(entries) as JsonObject;
}

/** The document as text, with the header that the reference gives it. */
export function credentialsText(credentials: Credentials): string {
  const document = { apiVersion, kind: "OnecloudClusterConfig", ...credentials };
  return dump(document, { lineWidth: -1, noRefs: true, sortKeys: true });
}

/** The document that `text` holds, without its header; an error that says what is wrong when it is no mapping. */
export function parseCredentials(text: string): JsonObject {
  const document: unknown = load(text);
  if (isMapping(document)) {
    const { apiVersion: _a, kind: _k, ...entries } = document;
    return entries;
  }
  throw new Error("the credentials document is not a YAML mapping");
}
