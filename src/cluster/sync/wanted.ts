import type { KubeObject } from "../../kube/object.ts";
import type { Cluster } from "../api/cluster.ts";
import type { Credentials } from "../api/credentials.ts";
import type { Facts } from "../api/facts.ts";
import type { CarriedFile, OptionFile, Scope } from "../api/scope.ts";
import { fileObjectName } from "../api/scope.ts";
import type { Component } from "../components/component.ts";
import { optionFileObject, yamlFile } from "../objects/option-file.ts";
import { readOnlyTwin } from "../objects/read-only.ts";
import { redundant } from "../objects/redundancy.ts";
import { asSwitched } from "./switches.ts";
import { zonesOf } from "./zones.ts";

/** What every component of one pass is built from. */
export interface Inputs {
  readonly cluster: Cluster;
  readonly credentials: Credentials;
  readonly facts: Facts;
  /** All components, because some read the file of another one. */
  readonly components: readonly Component[];
}

/** The scope of a component, with the option file that it reads; `zone` where it has objects for that one. */
export function scopeOf(component: Component, inputs: Inputs, zone?: string): Scope {
  const scope = bareScope(component, inputs, zone);
  const file = fileOf(component, scope, inputs);
  return file === undefined ? scope : { ...scope, file };
}

function bareScope(component: Component, { cluster, credentials, facts }: Inputs, zone?: string): Scope {
  return {
    cluster,
    credentials,
    facts,
    component,
    spec: cluster.specs[component.specKey],
    config: credentials[component.configKey] ?? {},
    ...(zone !== undefined && { zone }),
  };
}

function fileOf(component: Component, scope: Scope, inputs: Inputs): CarriedFile | undefined {
  if (component.reads !== undefined) return scopeOf(ownerOf(component, inputs), inputs).file;
  const file = component.getFile?.(scope) ?? optionsOf(component, scope);
  return file && { ...file, object: fileObjectName(scope) };
}

function optionsOf(component: Component, scope: Scope): OptionFile | undefined {
  const options = component.getOptions?.(scope);
  return options && { ...yamlFile(scope as Scope<object>, options), ...component.fileAt };
}

/** The component whose option file this one reads. */
function ownerOf({ type, reads = type }: Component, { components }: Inputs): Component {
  const owner = components.find((one) => one.type === reads);
  if (owner === undefined) throw new Error(`${type}: there is no component ${reads} whose file it could read`);
  return owner;
}

/** Why a component does not run; `undefined` for one that does. */
export function reasonNotToRun(component: Component, cluster: Cluster): string | undefined {
  if (component.retired === true) return "it is not run any more";
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
  return zonesOf(component, inputs.cluster).flatMap((zone) =>
    objectsIn(scopeOf(component, inputs, zone), component, inputs),
  );
}

function objectsIn(s: Scope, component: Component, inputs: Inputs): readonly KubeObject[] {
  const built = builders(component).flatMap((build) => build(s));
  const wanted = [...fileObjects(s, component, inputs), ...built.filter((object) => object !== undefined)];
  const all = component.readOnlyReplicas ? [...wanted, ...readOnlyTwin(s, wanted)] : wanted;
  return redundant(s, asSwitched(component, all, s.cluster));
}

/** The object of the file that the component reads; a file that several read is brought by one of them. */
function fileObjects(s: Scope, component: Component, inputs: Inputs): readonly KubeObject[] {
  if (s.file === undefined) return [];
  const owner = ownerOf(component, inputs);
  if (owner === component) return [optionFileObject(s, s.file)];
  return bringerOf(owner, inputs) === component ? [optionFileObject(bareScope(owner, inputs), s.file)] : [];
}

/** The component that owns the file when it runs, else the first of those that read it. */
function bringerOf(owner: Component, { components, cluster }: Inputs): Component | undefined {
  const running = components.filter((one) => reasonNotToRun(one, cluster) === undefined);
  return running.find((one) => one === owner) ?? running.find(({ reads }) => reads === owner.type);
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
