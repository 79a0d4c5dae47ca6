import { readdirSync, readFileSync } from "node:fs";
import { load } from "js-yaml";
import type { JsonObject } from "../../src/cluster/api/field.ts";
import type { KubeObject } from "../../src/kube/object.ts";

/** What the reference wants for one component of a scenario. */
export interface ReferenceComponent {
  readonly component: string;
  readonly disabled: boolean;
  /** Whether the component belongs to the product version of the cluster. */
  readonly inProduct: boolean;
  /** The files of ConfigMaps stand parsed, option files with only the keys that are not the service's own default. */
  readonly objects: readonly KubeObject[];
}

/** A cluster as a user writes it, and what the reference makes of it. */
interface Scenario {
  readonly name: string;
  readonly cluster: KubeObject;
  readonly components: readonly ReferenceComponent[];
}

/** The uid that owns every object of the reference. */
export const ownerUid = "11111111-2222-3333-4444-555555555555";

const folder = new URL("reference/", import.meta.url);
const otherFiles = new Set(["cluster.yaml", "defaulted.yaml"]);

/** All scenarios that the reference was asked for. */
export function readScenarios(): readonly Scenario[] {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => {
    const files = readdirSync(new URL(name, folder)).filter((file) => !otherFiles.has(file));
    return {
      name,
      cluster: readYaml(new URL(`${name}/cluster.yaml`, folder), isKubeObject),
      components: files.map((file) => readYaml(new URL(`${name}/${file}`, folder), isReferenceComponent)),
    };
  });
}

/** The document with the credentials of every scenario and example. */
export function readCredentials(): JsonObject {
  return readYaml(new URL("credentials.yaml", folder), isJsonObject);
}

/**
 * Reads a file of YAML whose content passes a test.
 *
 * @throws Error that names the file when it does not.
 */
export function readYaml<T>(file: URL, isWanted: (value: unknown) => value is T): T {
  const value: unknown = load(readFileSync(file, "utf8"));
  if (!isWanted(value)) throw new Error(`${file.pathname} does not hold what it should`);
  return value;
}

/** Whether a value is a mapping. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What YAML of the core schema holds is JSON. */
function isJsonObject(value: unknown): value is JsonObject {
  return isMapping(value);
}

/** Whether a value has the fields that every object of Kubernetes has. */
export function isKubeObject(value: unknown): value is KubeObject {
  if (!isMapping(value) || !isMapping(value["metadata"])) return false;
  const texts = [value["apiVersion"], value["kind"], value["metadata"]["name"]];
  return texts.every((text) => typeof text === "string");
}

function isReferenceComponent(value: unknown): value is ReferenceComponent {
  if (!isMapping(value) || !Array.isArray(value["objects"])) return false;
  const flags = [value["disabled"], value["inProduct"]];
  return (
    typeof value["component"] === "string" &&
    flags.every((flag) => typeof flag === "boolean") &&
    value["objects"].every(isKubeObject)
  );
}
