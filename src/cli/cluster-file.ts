import { isMapping } from "../cluster/api/field.ts";
import { apiVersion, group, kind } from "../cluster/api/names.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Finding } from "./finding.ts";
import type { InputFile } from "./input-file.ts";
import type { Place, SourceDocument } from "./yaml-source.ts";

/** A OnecloudCluster as it stands in a file. */
export interface WrittenCluster {
  readonly file: string;
  readonly object: KubeObject;
  /** Where a field of the object stands, or the nearest one around it that is written. */
  readonly find: SourceDocument["find"];
}

/** The clusters of a file, and what is wrong with its documents. */
export interface ClusterFile {
  readonly clusters: readonly WrittenCluster[];
  readonly findings: readonly Finding[];
}

/** Every OnecloudCluster of a file, also those in a List; objects of other kinds are left alone. */
export function clustersOf(file: InputFile): ClusterFile {
  const read = file.documents.flatMap(objectsOf).map((object) => readObject(file.name, object));
  const clusters = read.flatMap((one) => one.clusters);
  const findings = [...file.findings, ...read.flatMap((one) => one.findings)];
  if (clusters.length > 0 || findings.length > 0) return { clusters, findings };
  const text = `holds no ${kind} (apiVersion ${apiVersion})`;
  return { clusters, findings: [{ file: file.name, severity: "mistake", text }] };
}

/** The objects of a document: itself, or the items of a List. */
function objectsOf(document: SourceDocument): readonly SourceDocument[] {
  const { value } = document;
  const items = isMapping(value) && value["kind"] === "List" ? value["items"] : undefined;
  if (!Array.isArray(items)) return [document];
  return items.map((item: unknown, index) => {
    const prefix = `items[${index}]`;
    return { value: item, find: (field) => document.find(field === "" ? prefix : `${prefix}.${field}`) };
  });
}

function readObject(file: string, { value, find }: SourceDocument): ClusterFile {
  const mistake = (field: string, text: string): ClusterFile => {
    return { clusters: [], findings: [{ file, place: placeOf(find(field)), severity: "mistake", text }] };
  };
  if (!isMapping(value))
    return mistake("", "is no Kubernetes object: a mapping with apiVersion, kind, metadata and spec");
  if (typeof value["kind"] !== "string") return mistake("", "kind is missing");
  if (value["kind"] !== kind || isOfOtherGroup(value["apiVersion"])) return { clusters: [], findings: [] };
  if (value["apiVersion"] !== apiVersion) return mistake("apiVersion", `apiVersion must be ${apiVersion}`);
  const wrong = wrongMetadata(value["metadata"]);
  if (wrong !== undefined) return mistake(wrong.field, `${wrong.field} ${wrong.text}`);
  if (value["spec"] === undefined || value["spec"] === null) return mistake("", "spec is missing");
  if (!isMapping(value["spec"])) return mistake("spec", "spec must be a mapping");
  // Checked just now: apiVersion, kind and metadata are there.
  const object = value as unknown as KubeObject;
  return { clusters: [{ file, object, find }], findings: [] };
}

function isOfOtherGroup(version: unknown): boolean {
  return typeof version === "string" && !version.startsWith(`${group}/`);
}

const nameForm = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/;

function wrongMetadata(metadata: unknown): { readonly field: string; readonly text: string } | undefined {
  if (!isMapping(metadata)) return { field: "metadata", text: "is missing" };
  const { name, namespace } = metadata;
  if (name === undefined || name === null) return { field: "metadata.name", text: "is missing" };
  if (!isName(name)) return { field: "metadata.name", text: nameRule };
  if (namespace !== undefined && !isName(namespace)) return { field: "metadata.namespace", text: nameRule };
  const wrongMap = ["labels", "annotations"].find((key) => !isTextMap(metadata[key]));
  return wrongMap === undefined ? undefined : { field: `metadata.${wrongMap}`, text: "must be a mapping of texts" };
}

const nameRule = "must be text of small letters, digits, - and .";

function isName(value: unknown): boolean {
  return typeof value === "string" && value.length <= 253 && nameForm.test(value);
}

function isTextMap(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return isMapping(value) && Object.values(value).every((one) => typeof one === "string");
}

/** The place alone. */
export function placeOf({ line, column }: Place): Place {
  return { line, column };
}
