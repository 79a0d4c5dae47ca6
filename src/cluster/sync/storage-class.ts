import type { KubeObject } from "../../kube/object.ts";
import type { Facts } from "../api/facts.ts";
import type { Component } from "../components/component.ts";
import type { Waiting } from "./apply.ts";
import { rowOf } from "./kinds.ts";

interface ClaimSpec {
  readonly storageClassName?: string;
}

/**
 * Why nothing is made for a component: it needs a volume of a storage class that does not exist. Nothing is said of a claim that has
 * its volume, of a component without pods, and where the classes cannot be read.
 */
export function missingClass(
  { specKey, type }: Component,
  objects: readonly KubeObject[],
  { storageClasses, liveClaims }: Facts,
): Waiting | undefined {
  if (storageClasses === undefined || !objects.some(wantsPods)) return undefined;
  const bound = liveClaims.filter((claim) => claim.bound === true).map(({ name }) => name);
  const open = objects.filter(
    ({ kind, metadata }) => kind === "PersistentVolumeClaim" && !bound.includes(metadata.name),
  );
  const asked = open.map((claim) => (claim["spec"] as ClaimSpec).storageClassName ?? "");
  const missing = asked.find((name) => !storageClasses.includes(name));
  if (missing === undefined) return undefined;
  const message =
    `spec.${specKey}.storageClassName of component ${type} is ${missing}, and there is no storage class of that name: ` +
    (storageClasses.length === 0
      ? "there is none at all, so make one"
      : `choose one of ${storageClasses.join(", ")}, or make it`);
  return { reason: "StorageClassMissing", message };
}

function wantsPods(object: KubeObject): boolean {
  const { replicas = 1 } = (object["spec"] ?? {}) as { readonly replicas?: number };
  return rowOf(object).workload === true && replicas > 0;
}
