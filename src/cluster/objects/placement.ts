import type { JsonObject } from "../api/field.ts";
import type { NodeLabel } from "../api/names.ts";
import { controllerNodeLabel, nodeLabelText } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";

/** Fields of a pod that put it into a namespace of its node. */
const namespaceFields = { network: "hostNetwork", process: "hostPID", ipc: "hostIPC" } as const;

/** Label of a node with its name: pods are told apart by it where they shall run on different nodes. */
export const hostnameKey = "kubernetes.io/hostname";

/** A namespace that a pod may share with its node. */
export type HostNamespace = keyof typeof namespaceFields;

/** All of them: what runs there sees the node as if it had no container around it. */
export const hostNamespaces: readonly HostNamespace[] = ["network", "process", "ipc"];

/** Where the pods of a workload run. */
export interface Placement {
  /** Namespaces of the node that they share; none when left out. */
  readonly namespaces?: readonly HostNamespace[];
  /** Only on nodes with one of these labels. */
  readonly nodes?: readonly NodeLabel[] | undefined;
  /** Affinity to other pods; the spec may say another one. */
  readonly affinity?: JsonObject;
  /** Bound to its node by a volume: it gets no node affinity unless the spec gives one. */
  readonly boundToNode?: boolean;
}

/** The part of a spec that says on which nodes pods run. */
export interface PlacementSpec {
  readonly affinity?: JsonObject;
  readonly nodeSelector: Readonly<Record<string, string>>;
}

/** Network, process and IPC namespaces of the pods, and how they resolve names there. */
export function namespacesOf({ namespaces = [] }: Placement): JsonObject {
  return {
    ...Object.fromEntries(namespaces.map((name) => [namespaceFields[name], true])),
    dnsPolicy: namespaces.includes("network") ? "ClusterFirstWithHostNet" : "ClusterFirst",
  };
}

/** Node selector and affinity of the pods, each left out where there is none. */
export function nodesOf(s: Scope<PlacementSpec>, placement: Placement): JsonObject {
  const nodes = labelsThatCount(s, placement);
  const nodeSelector = { ...s.spec.nodeSelector, ...onlyLabel(nodes) };
  const affinity = { ...nodeAffinity(s, { ...placement, nodes }), ...placement.affinity, ...s.spec.affinity };
  return {
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(Object.keys(affinity).length > 0 && { affinity }),
  };
}

/** The labels of nodes that pods ask for; that of the controllers means nothing where the cluster does without it. */
function labelsThatCount({ cluster }: Scope, { nodes }: Placement): Placement["nodes"] {
  const isIgnored = cluster.platform.disableNodeSelectorController === true;
  return nodes?.filter((label) => !isIgnored || label !== controllerNodeLabel);
}

/** One label is a selector; of several any one does, which only an affinity can say. */
function onlyLabel(nodes: Placement["nodes"] = []): JsonObject {
  const [label, ...others] = nodes;
  return label === undefined || others.length > 0 ? {} : { [label.key]: label.value };
}

/** Pods that say nothing of nodes run on those of the controllers. */
function nodeAffinity(s: Scope, { nodes, namespaces, boundToNode }: Placement): JsonObject {
  const isFree = namespaces !== undefined || boundToNode === true;
  const usual = isFree ? [] : (labelsThatCount(s, { nodes: [controllerNodeLabel] }) ?? []);
  const terms = nodes === undefined ? usual : several(nodes);
  return terms.length === 0 ? {} : { nodeAffinity: anyOf(terms) };
}

function several(nodes: readonly NodeLabel[]): readonly NodeLabel[] {
  return nodes.length > 1 ? nodes : [];
}

function anyOf(labels: readonly NodeLabel[]): JsonObject {
  const terms = labels.map(({ key, value }) => ({ matchExpressions: [{ key, operator: "In", values: [value] }] }));
  return { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
}

/** Whether there is a node with one of the labels that the pods ask for; `undefined` where nodes cannot be seen. */
export function hasNodes(s: Scope, placement: Placement): boolean | undefined {
  const { nodeLabels } = s.facts;
  const nodes = labelsThatCount(s, placement) ?? [];
  if (nodes.length === 0) return true;
  return nodeLabels && nodes.some((label) => nodeLabels.includes(nodeLabelText(label)));
}

/** Affinity of pods that rather run on other nodes than those that have a pod with this value of the label `app`. */
export function apartFrom(app: string): JsonObject {
  const podAffinityTerm = { labelSelector: { matchLabels: { app } }, topologyKey: hostnameKey };
  return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } };
}

/** Affinity of pods that run only on nodes that have a pod with these labels. */
export function besides(matchLabels: Readonly<Record<string, string>>): JsonObject {
  const term = { labelSelector: { matchLabels }, topologyKey: hostnameKey };
  return { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
}
