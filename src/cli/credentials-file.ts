import type { JsonObject } from "../cluster/api/field.ts";
import { isMapping } from "../cluster/api/field.ts";
import { credentialsKey } from "../cluster/api/names.ts";
import { UsageError } from "./failure.ts";
import { readInputFile } from "./input-file.ts";
import type { Terminal } from "./terminal.ts";
import { readSource } from "./yaml-source.ts";

/**
 * The credentials document that a file holds: the document itself, or the Secret or ConfigMap that carries it in a
 * Kubernetes cluster. Rejects with a UsageError that quotes nothing of it.
 */
export async function readCredentialsFile(path: string, terminal: Terminal): Promise<JsonObject> {
  const { name, documents, findings } = await readInputFile(path, terminal);
  const [mistake] = findings;
  if (mistake?.place !== undefined) throw new UsageError(`${name}:${mistake.place.line}: ${mistake.text}`);
  const value = documents.length === 1 ? documents[0]?.value : undefined;
  if (!isMapping(value)) throw new UsageError(`${name} is no credentials document: one YAML mapping`);
  const { apiVersion: _a, kind, ...entries } = value;
  return kind === "Secret" || kind === "ConfigMap" ? carried(name, value) : entries;
}

function carried(name: string, object: JsonObject): JsonObject {
  const document = credentialsIn(object);
  if (document === undefined) {
    throw new UsageError(`${name} has no YAML mapping under ${credentialsKey}`);
  }
  const { apiVersion: _a, kind: _k, ...entries } = document;
  return entries;
}

/** The credentials document that a Secret or ConfigMap carries; `undefined` when it carries none that can be read. */
export function credentialsIn(object: JsonObject): JsonObject | undefined {
  const text = textOf(object);
  const value = text === undefined ? undefined : readSource(text).documents[0]?.value;
  return isMapping(value) ? value : undefined;
}

function textOf({ kind, data, stringData }: JsonObject): string | undefined {
  const plain = isMapping(stringData) ? stringData[credentialsKey] : undefined;
  if (typeof plain === "string") return plain;
  const text = isMapping(data) ? data[credentialsKey] : undefined;
  if (typeof text !== "string") return undefined;
  return kind === "Secret" ? Buffer.from(text, "base64").toString() : text;
}
