import { setTimeout as delay } from "node:timers/promises";
import { type Api, type ApiObject, mergePatch } from "./api.ts";

/** kwok plays the kubelet of the nodes that carry this label with the value `true`. */
export const heartbeatLabel = "kwok.x-k8s.io/heartbeat";

/** A simulated node. */
export interface NodeSpec {
  readonly name: string;
  /** Cores, default `8`. */
  readonly cpu?: string;
  /** Default `32Gi`. */
  readonly memory?: string;
  /** How many pods fit, default `110`. */
  readonly pods?: string;
  /** Laid over the labels that make a control-plane node of the platform; an empty object changes nothing. */
  readonly labels?: Readonly<Record<string, string>>;
}

interface Node extends ApiObject {
  readonly spec: { readonly taints?: readonly unknown[] };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const platformLabels = {
  "node-role.kubernetes.io/control-plane": "",
  "node-role.kubernetes.io/master": "",
  "onecloud.yunion.io/controller": "enable",
};

/** The nodes `node-1` to `node-<count>`, all of default size. */
export function defaultNodes(count: number): readonly NodeSpec[] {
  return Array.from({ length: count }, (_, index) => ({ name: `node-${index + 1}` }));
}

/** Registers a node as its kubelet would. The index, unique in a control plane and below 150, gives the node its addresses. */
export async function createNode(api: Api, spec: NodeSpec, index: number): Promise<void> {
  await api.call("POST", "/api/v1/nodes", { body: nodeObject(spec, index) });
}

/** Polls until every node is Ready and free of taints; the signal ends the wait with its reason. */
export async function nodesReady(api: Api, nodes: readonly NodeSpec[], signal: AbortSignal): Promise<void> {
  for (const { name } of nodes) {
    while (!isReady(await api.call<Node>("GET", `/api/v1/nodes/${name}`))) await delay(100, undefined, { signal });
  }
}

/** Lets kwok renew the node's lease and status from now on, or forget about the node. */
export async function setHeartbeats(api: Api, name: string, on: boolean): Promise<void> {
  const labels = { [heartbeatLabel]: on ? "true" : "false" };
  await api.call("PATCH", `/api/v1/nodes/${name}`, { body: { metadata: { labels } }, type: mergePatch });
}

/**
 * Takes the node leases away. A kwok that starts anew does not know the leases of the one before as its own, and would leave the nodes
 * alone until they run out.
 */
export async function dropLeases(api: Api): Promise<void> {
  await api.call("DELETE", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases");
}

function isReady({ spec, status }: Node): boolean {
  const ready = status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
  return ready && (spec.taints ?? []).length === 0;
}

function nodeObject({ name, cpu = "8", memory = "32Gi", pods = "110", labels = {} }: NodeSpec, index: number) {
  const resources = { cpu, memory, pods, "ephemeral-storage": "100Gi" };
  const system = { architecture: architecture(), operatingSystem: "linux" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "node.alpha.kubernetes.io/ttl": "0" },
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/arch": system.architecture,
        "kubernetes.io/os": system.operatingSystem,
        ...platformLabels,
        ...labels,
        [heartbeatLabel]: "true",
      },
    },
    // Each node hands out pod addresses of its own.
    spec: { podCIDR: `10.${index + 100}.0.0/16`, podCIDRs: [`10.${index + 100}.0.0/16`] },
    status: {
      capacity: resources,
      allocatable: resources,
      addresses: [
        { type: "InternalIP", address: `192.168.0.${index + 11}` },
        { type: "Hostname", address: name },
      ],
      nodeInfo: { ...system, kubeletVersion: "v1.36.3", osImage: "kwok", containerRuntimeVersion: "kwok" },
    },
  };
}

function architecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}
