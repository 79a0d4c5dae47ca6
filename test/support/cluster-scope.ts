import type { Cluster } from "../../src/cluster/api/cluster.ts";
import type { CredentialNeeds } from "../../src/cluster/api/credentials.ts";
import type { Facts } from "../../src/cluster/api/facts.ts";
import type { JsonObject } from "../../src/cluster/api/field.ts";
import type { Scope } from "../../src/cluster/api/scope.ts";
import type { Component } from "../../src/cluster/components/component.ts";
import { credentialNeedsOf, specsOf } from "../../src/cluster/components/component.ts";
import { components } from "../../src/cluster/components/index.ts";
import { meantCluster } from "../../src/cluster/defaults/meant.ts";
import { completeCredentials } from "../../src/cluster/prepare/credentials-document.ts";
import type { Inputs } from "../../src/cluster/sync/wanted.ts";
import { scopeOf } from "../../src/cluster/sync/wanted.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { frozen } from "./frozen.ts";

/** What a user writes at least. */
export const leastSpec: JsonObject = { mysql: { host: "db.example.com", password: "db-password" } };

/** A cluster as the API server holds it; `edition` becomes the annotation. */
export function clusterObject(spec: JsonObject, edition?: string): KubeObject {
  return frozen({
    apiVersion: "onecloud.yunion.io/v1alpha1",
    kind: "OnecloudCluster",
    metadata: {
      name: "prod",
      namespace: "onecloud",
      uid: "cluster-uid",
      generation: 3,
      ...(edition !== undefined && { annotations: { "onecloud.yunion.io/edition": edition } }),
    },
    spec,
  });
}

/** What is meant by the least spec with more laid over it. */
export function meantBy(spec: JsonObject = {}, edition?: string): Cluster {
  const written = { ...leastSpec, ...spec };
  return frozen(
    meantCluster(clusterObject(written, edition), specsOf(components), { spec: written, storage: "Secret" }),
  );
}

/** Facts of one control-plane node with 6 cores and 32 GB that nobody has marked, and nothing live. */
export const plainFacts: Facts = {
  kubernetesMinor: 30,
  capacity: { cpu: 6, memory: 32e9 },
  nodeLabels: [],
  zoneIds: { custom: {} },
  liveClaims: [],
  liveLimits: () => undefined,
  liveReplicas: () => undefined,
};

/** Everything that components are built from; every password is its own path in the credentials document. */
export function inputsFor(spec: JsonObject = {}, more: InputParts = {}): Inputs {
  const needs: readonly CredentialNeeds[] = credentialNeedsOf([...components, ...(more.with ?? [])]);
  const how = { makePassword: (path: string) => path, takenOver: false };
  return {
    cluster: meantBy(spec, more.edition),
    credentials: frozen(completeCredentials(more.document ?? {}, needs, how)),
    facts: { ...plainFacts, ...more.facts },
    components: [...components, ...(more.with ?? [])],
  };
}

export interface InputParts {
  readonly edition?: string;
  readonly facts?: Partial<Facts>;
  /** The credentials document before it is completed. */
  readonly document?: JsonObject;
  /** Components beside those of the registry. */
  readonly with?: readonly Component[];
}

/** The scope of a component of the registry, with the type of its spec. */
export function scopeFor<Spec = Record<string, never>>(type: string, inputs: Inputs = inputsFor()): Scope<Spec> {
  return scopeOf(componentOf(type), inputs) as Scope<Spec>;
}

/** A component of the registry. */
export function componentOf(type: string): Component {
  const component = components.find((one) => one.type === type);
  if (component === undefined) throw new Error(`no component ${type}`);
  return component;
}
