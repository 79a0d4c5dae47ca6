import type { KubeObject } from "../../kube/object.ts";
import type { Cluster } from "../api/cluster.ts";
import type { Credentials } from "../api/credentials.ts";
import type { Facts } from "../api/facts.ts";
import type { Scope } from "../api/scope.ts";
import type { Component } from "../components/component.ts";
import { optionFileObject, yamlFile } from "../objects/option-file.ts";
import { readOnlyTwin } from "../objects/read-only.ts";

/** What every component of one pass is built from. */
export interface Inputs {
  readonly cluster: Cluster;
  readonly credentials: Credentials;
  readonly facts: Facts;
}

/** The scope of a component, with its option file. */
export function scopeOf(component: Component, inputs: Inputs): Scope {
  const scope: Scope = {
    ...inputs,
    component,
    spec: inputs.cluster.specs[component.specKey],
    config: inputs.credentials[component.configKey] ?? {},
  };
  const file = component.getFile?.(scope) ?? optionsOf(component, scope);
  return file === undefined ? scope : { ...scope, file };
}

function optionsOf(component: Component, scope: Scope) {
  const options = component.getOptions?.(scope);
  return options && { ...yamlFile(scope as Scope<object>, options), ...component.fileAt };
}

/** Why a component does not run; `undefined` for one that does. */
export function reasonNotToRun(component: Component, cluster: Cluster): string | undefined {
  const { productVersion } = cluster.platform;
  if (!component.products.includes(productVersion)) return `it does not belong to the product ${productVersion}`;
  if (!component.editions.includes(cluster.edition)) return `it belongs to ${inWords(component.editions)}`;
  const excluded = component.isExcluded?.(cluster);
  if (excluded !== undefined) return excluded;
  const disabled = cluster.specs[component.specKey]?.["disable"] === true;
  return disabled ? `spec.${component.specKey}.disable is true` : undefined;
}

function inWords(editions: readonly string[]): string {
  return editions.length === 1 ? `edition ${editions.join()}` : `the editions ${editions.join(" and ")}`;
}

/** Every object that a component wants, in the order in which they are applied; none for one that does not run. */
export function wantedObjects(component: Component, inputs: Inputs): readonly KubeObject[] {
  if (reasonNotToRun(component, inputs.cluster) !== undefined) return [];
  const s = scopeOf(component, inputs);
  const built = builders(component).flatMap((build) => build(s));
  const file = s.file === undefined ? [] : [optionFileObject(s, s.file)];
  const wanted = [...file, ...built.filter((object) => object !== undefined)];
  return component.readOnlyReplicas ? [...wanted, ...readOnlyTwin(s, wanted)] : wanted;
}

type Build = (s: Scope) => KubeObject | readonly KubeObject[] | undefined;

/** What pods need comes before the pods. */
function builders(component: Component): readonly Build[] {
  return [
    (s) => component.getClaims?.(s),
    (s) => component.getServices?.(s),
    (s) => component.getDeployment?.(s),
    (s) => component.getStatefulSet?.(s),
    (s) => component.getDaemonSet?.(s),
    (s) => component.getCronJob?.(s),
    (s) => component.getIngresses?.(s),
  ];
}
