import type { Cluster } from "./api/cluster.ts";
import type { ClusterStatus, ComponentPhase, ComponentStatus } from "./api/status.ts";
import type { Component } from "./components/component.ts";
import { waitsFor } from "./components/dependencies.ts";
import { reasonNotToRun } from "./sync/wanted.ts";

/** How a component is, in the words of the status; `Unknown` while the operator has not looked at it. */
export interface NodeState extends Pick<ComponentStatus, "ready" | "message"> {
  readonly phase: ComponentPhase | "Unknown";
}

/** A component that runs, with those that it waits for. */
export interface GraphNode {
  readonly type: string;
  /** Components before its first start; one that another of them waits for anyway is left out. */
  readonly after: readonly string[];
  /** Components that must run as they shall whenever this one is changed. */
  readonly gatedBy: readonly string[];
  /** How it is, where a live cluster was asked. */
  readonly state?: NodeState;
}

/** Components with what they wait for; what does not run is waited for by nobody. */
export interface Graph {
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  readonly resting: readonly { readonly type: string; readonly reason: string }[];
}

/** The graph of the whole catalogue. */
export function catalogueGraph(components: readonly Component[]): Graph {
  return graphOf("every component", components, ({ retired }) =>
    retired === true ? "it is not run any more" : undefined,
  );
}

/** The graph of what runs in a cluster, with the state of each component where a status is given. */
export function clusterGraph(
  cluster: Cluster,
  components: readonly Component[],
  status?: Partial<ClusterStatus>,
): Graph {
  const graph = graphOf(cluster.name, components, (component) => reasonNotToRun(component, cluster));
  if (status === undefined) return graph;
  const states = new Map(components.map(({ type, statusKey }) => [type, stateIn(status, statusKey)]));
  const nodes = graph.nodes.map((node) => ({ ...node, state: states.get(node.type) ?? unknown }));
  return { ...graph, nodes };
}

const unknown: NodeState = { phase: "Unknown", message: "the operator has not looked at it yet" };

function stateIn(status: Partial<ClusterStatus>, statusKey: string): NodeState {
  const { phase, ready, message } = (status[statusKey] ?? {}) as Partial<ComponentStatus>;
  if (phase === undefined) return unknown;
  return { phase, ...(ready !== undefined && { ready }), ...(message !== undefined && { message }) };
}

function graphOf(
  title: string,
  components: readonly Component[],
  reasonOf: (component: Component) => string | undefined,
): Graph {
  const judged = components.map((component) => ({ component, reason: reasonOf(component) }));
  const running = judged.filter(({ reason }) => reason === undefined).map(({ component }) => component);
  const resting = judged.flatMap(({ component: { type }, reason }) => (reason === undefined ? [] : [{ type, reason }]));
  return { title, nodes: running.map((component) => nodeOf(component, running)), resting };
}

function nodeOf(component: Component, running: readonly Component[]): GraphNode {
  const runs = (type: string): boolean => running.some((one) => one.type === type);
  const gatedBy = (component.gatedBy ?? []).filter(runs);
  const waited = waitsFor(component).filter(runs);
  const implied = new Set(waited.flatMap((type) => [...everythingBefore(type, running)]));
  const after = component.after.filter((type) => runs(type) && !gatedBy.includes(type) && !implied.has(type));
  return { type: component.type, after, gatedBy };
}

/** All that a component waits for, by way of others too. */
function everythingBefore(type: string, running: readonly Component[]): ReadonlySet<string> {
  const component = running.find((one) => one.type === type);
  const direct =
    component === undefined ? [] : waitsFor(component).filter((one) => running.some((r) => r.type === one));
  return new Set(direct.flatMap((one) => [one, ...everythingBefore(one, running)]));
}

/** Everything that a node waits for, its gates last. */
export function nodesBefore({ after, gatedBy }: GraphNode): readonly string[] {
  return [...after, ...gatedBy];
}

/** How many components must run one after the other before each one, by type: the longest way to it. */
export function depthsOf(nodes: readonly GraphNode[]): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const byType = new Map(nodes.map((node) => [node.type, node]));
  const depthOf = (type: string): number => {
    const node = byType.get(type);
    const known = depths.get(type);
    if (known !== undefined || node === undefined) return known ?? 0;
    const depth = Math.max(-1, ...nodesBefore(node).map(depthOf)) + 1;
    depths.set(type, depth);
    return depth;
  };
  for (const { type } of nodes) depthOf(type);
  return depths;
}

/** The one component of those that a node waits for under which it is shown: the one that starts last, and the most particular of several. */
export function parentOf(node: GraphNode, depths: ReadonlyMap<string, number>): string | undefined {
  const depthOf = (type: string): number => depths.get(type) ?? 0;
  return nodesBefore(node)
    .toReversed()
    .toSorted((a, b) => depthOf(b) - depthOf(a))[0];
}
