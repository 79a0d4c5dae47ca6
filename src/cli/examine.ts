import type { JsonObject } from "../cluster/api/field.ts";
import { annotationKeys, kind } from "../cluster/api/names.ts";
import { specsOf } from "../cluster/components/component.ts";
import { components } from "../cluster/components/index.ts";
import { meantCluster } from "../cluster/defaults/meant.ts";
import type { RenderInputs } from "../cluster/render.ts";
import { render } from "../cluster/render.ts";
import type { Wanted } from "../cluster/sync/plan.ts";
import { judge } from "../cluster/sync/judge.ts";
import { reasonNotToRun } from "../cluster/sync/wanted.ts";
import { ignoredFields, unknownFields, validateSpec } from "../cluster/validate.ts";
import type { WrittenCluster } from "./cluster-file.ts";
import { placeOf } from "./cluster-file.ts";
import type { Finding } from "./finding.ts";

/** What there is to say about a cluster, and what it wants if it can be understood. */
export interface Examination {
  readonly findings: readonly Finding[];
  /** By component that runs; empty when there are mistakes in the spec itself. */
  readonly wanted: readonly Wanted[];
}

/** Looks for everything that is wrong with a cluster: its fields first, then, when they are right, what its components ask for together. */
export function examine(cluster: WrittenCluster, inputs: RenderInputs = {}): Examination {
  const spec = cluster.object["spec"] as JsonObject;
  const warnings = [...unknownOf(cluster, spec), ...ignoredOf(cluster, spec)];
  const mistakes = validateSpec(spec).map(({ field, message }) => finding(cluster, field, `${field} ${message}`));
  if (mistakes.length > 0) return { findings: [...warnings, ...mistakes], wanted: [] };
  const objects = new Map(render(cluster.object, inputs).map((one) => [one.component, one.objects]));
  const meant = meantCluster(cluster.object, specsOf(components), { spec, storage: "Secret" });
  const running = components.filter((component) => reasonNotToRun(component, meant) === undefined);
  const wanted = running.map((component) => ({ component, objects: objects.get(component.type) ?? [] }));
  const judged = judge(meant, wanted).map((sentence) => finding(cluster, fieldOf(cluster, sentence), sentence));
  return { findings: [...warnings, ...judged], wanted };
}

function finding(cluster: WrittenCluster, field: string, text: string): Finding {
  return { file: cluster.file, place: placeOf(cluster.find(field)), severity: "mistake", text };
}

const ownKeys = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);

function unknownOf(cluster: WrittenCluster, spec: JsonObject): readonly Finding[] {
  const unknown = [...Object.keys(cluster.object).filter((key) => !ownKeys.has(key)), ...unknownFields(spec)];
  return unknown.map((field) => warning(cluster, field, `${field} is no field of a ${kind} and is dropped`));
}

/** What an operator filled in is nobody's wish, and a cluster that was stored is full of it. */
function ignoredOf(cluster: WrittenCluster, spec: JsonObject): readonly Finding[] {
  if (cluster.object.metadata.uid !== undefined) return [];
  return ignoredFields(spec).map(({ field, message }) => warning(cluster, field, `${field} ${message}`));
}

function warning(cluster: WrittenCluster, field: string, text: string): Finding {
  return { ...finding(cluster, field, text), severity: "warning" };
}

/** The field that a sentence is about: the first that it names and that is written. */
function fieldOf(cluster: WrittenCluster, sentence: string): string {
  if (sentence.includes(annotationKeys.edition)) return `metadata.annotations.${annotationKeys.edition}`;
  const named = sentence.match(/\bspec(?:\.\w+|\[\d+\])+/g) ?? [];
  return named.find((field) => cluster.find(field).exact) ?? named[0] ?? "spec";
}
