import type { KubeObject } from "../../kube/object.ts";
import type { DaemonSetSpec, DeploymentSpec } from "../api/shapes.ts";
import { metadata } from "./metadata.ts";
import type { Pod } from "./pod.ts";
import { podTemplate } from "./pod.ts";
import type { Placement } from "./placement.ts";
import { hasNodes, hostNamespaces } from "./placement.ts";
import type { Scope } from "../api/scope.ts";
import { nameOf, podLabelsOf } from "../api/scope.ts";

/** A Deployment, as far as it differs from the usual one. */
export interface DeploymentParts extends Pod {
  /** Ends the old pods before new ones start, for what cannot run twice: one volume, one port of the node. */
  readonly recreate?: boolean;
}

/** The Deployment of a component. One that runs only on nodes with a certain label has no pods while no node is seen that has it. */
export function deployment(s: Scope<DeploymentSpec>, parts: DeploymentParts): KubeObject {
  const name = nameOf(s);
  const labels = podLabelsOf(s);
  const recreate = parts.recreate ?? parts.namespaces?.includes("network") ?? false;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...metadata(s, name), labels },
    spec: {
      replicas: hasPlace(s, name, parts) ? Math.max(1, s.spec.replicas) : 0,
      selector: { matchLabels: labels },
      strategy: { type: recreate ? "Recreate" : "RollingUpdate" },
      template: podTemplate(s, name, parts),
    },
  };
}

/** Where nodes cannot be seen, what runs stays, and nothing is started that might wait for a node for ever. */
function hasPlace(s: Scope, workload: string, placement: Placement): boolean {
  return hasNodes(s, placement) ?? (s.facts.liveReplicas(workload) ?? 0) > 0;
}

/** A DaemonSet, as far as it differs from the usual one. */
export interface DaemonSetParts extends Pod {
  /** Pods that may be away during an update; Kubernetes replaces one after the other when left out. */
  readonly maxUnavailable?: number;
  /** `RollingUpdate` when left out or empty. */
  readonly updateStrategy?: string;
}

/** The DaemonSet of a component; its pods run in the namespaces of the node and get no computed limits. */
export function daemonSet(s: Scope<DaemonSetSpec>, parts: DaemonSetParts): KubeObject {
  const name = nameOf(s);
  const labels = podLabelsOf(s);
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { ...metadata(s, name), labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: {
        type: parts.updateStrategy || "RollingUpdate",
        ...(parts.maxUnavailable !== undefined && { rollingUpdate: { maxUnavailable: parts.maxUnavailable } }),
      },
      template: podTemplate(s, name, { namespaces: hostNamespaces, limited: false, ...parts }),
    },
  };
}
