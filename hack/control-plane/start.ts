import { join } from "node:path";
import {
  accessTo,
  addressOf,
  type ControlPlaneAccess,
  type ControlPlaneAddress,
  connectTo,
  withApi,
} from "./access.ts";
import { type Binaries, ensureBinaries } from "./build.ts";
import { type ComponentName, componentNames, type Ports } from "./components.ts";
import { filesIn, writeFiles } from "./files.ts";
import { openHealth } from "./health.ts";
import { createNode, defaultNodes, dropLeases, type NodeSpec, nodesReady } from "./node.ts";
import { freePorts } from "./ports.ts";
import { componentProcesses, type Processes } from "./processes.ts";
import { createStorageClasses, provisionVolumes } from "./storage.ts";
import { type Supervisor, supervise } from "./supervise.ts";

export type { ControlPlaneAccess, ControlPlaneAddress } from "./access.ts";
export type { AuditEvent } from "./audit.ts";
export type { ComponentName } from "./components.ts";
export type { NodeSpec } from "./node.ts";

/** What a control plane is made of; everything has a default. */
export interface ControlPlaneOptions {
  /** Default: all. Without `kwok` no node becomes ready, without `kube-controller-manager` no Deployment gets pods, and so on. */
  readonly components?: readonly ComponentName[];
  /** The simulated nodes, or how many of default size (8 cores, 32Gi, 110 pods) there are. Default 1: `node-1`. */
  readonly nodes?: number | readonly NodeSpec[];
  /** How long a node may miss its heartbeats before it is NotReady, in seconds (`"8s"`). Default: that of Kubernetes, 50 seconds. */
  readonly nodeMonitorGracePeriod?: string;
  /** More arguments for a component; of an argument given twice the last one counts. */
  readonly extraArguments?: Partial<Readonly<Record<ComponentName, readonly string[]>>>;
}

/** A control plane that this process started. It is gone, with all its processes and files, when this process is. */
export interface ControlPlane extends ControlPlaneAccess {
  /** Process ids of the running components, and last that of the supervisor that owns them. */
  pids(this: void): readonly number[];
  /** Ends a component by the signal (default SIGTERM, with SIGKILL after two seconds) and resolves when it has ended. Its data stays. */
  stopComponent(this: void, name: ComponentName, signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Starts a stopped component again as it was, on the same port, and resolves when it is healthy. */
  startComponent(this: void, name: ComponentName): Promise<void>;
  /** Stops a component, does the work, starts it again (also when the work failed), and resolves when it is healthy. */
  restart(this: void, name: ComponentName, whileDown?: () => Promise<void>): Promise<void>;
  /** Ends all processes, removes the state directory, and resolves when both are gone. */
  stop(this: void): Promise<void>;
}

/**
 * Starts etcd, the API server, the controller manager, the scheduler and kwok, each on a free loopback port, and resolves when they are
 * healthy and the nodes are Ready. Builds the programs first when this machine does not have them (minutes). Rejects with the end of the
 * log of the component that failed; nothing stays behind then.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const binaries = await ensureBinaries();
  for (let tries = 1; ; tries++) {
    const supervisor = await supervise();
    try {
      return await assemble(supervisor, binaries, options);
    } catch (error) {
      await supervisor.stop();
      // Between choosing a free port and listening on it somebody else can take it.
      const portTaken = error instanceof Error && error.message.includes("address already in use");
      if (!portTaken || tries === 3) throw new Error("starting the local control plane", { cause: error });
    }
  }
}

async function assemble(
  supervisor: Supervisor,
  binaries: Binaries,
  options: ControlPlaneOptions,
): Promise<ControlPlane> {
  const ports = await choosePorts();
  const files = filesIn(supervisor.directory);
  const address = addressOf(supervisor.directory, `https://127.0.0.1:${ports["kube-apiserver"]}`, binaries.kubectl);
  await writeFiles(files, address.server);
  const ending = new AbortController();
  const processes = componentProcesses({
    supervisor,
    binaries,
    settings: {
      directory: supervisor.directory,
      ports,
      stages: binaries.stages,
      nodeMonitorGracePeriod: options.nodeMonitorGracePeriod,
      extraArguments: options.extraArguments ?? {},
    },
    isHealthy: await openHealth(files, ports, ending.signal),
    unexpected: (line) => ending.signal.aborted || process.stderr.write(`${line}\n`),
  });
  try {
    await startAll(processes, options.components ?? componentNames);
    await furnish(address, options, ending.signal);
  } catch (error) {
    ending.abort();
    throw error;
  }
  return controlPlane({ supervisor, address, processes, ending });
}

async function choosePorts(): Promise<Ports> {
  const [etcd = 0, peer = 0, server = 0, manager = 0, scheduler = 0, kwok = 0] = await freePorts(6);
  return {
    etcd,
    "etcd-peer": peer,
    "kube-apiserver": server,
    "kube-controller-manager": manager,
    "kube-scheduler": scheduler,
    kwok,
  };
}

async function startAll(processes: Processes, wanted: readonly ComponentName[]): Promise<void> {
  const [store, server, ...others] = componentNames.map((name) => (wanted.includes(name) ? [name] : []));
  for (const name of [...(store ?? []), ...(server ?? [])]) await processes.start(name);
  await Promise.all(others.flat().map((name) => processes.start(name)));
}

/** Puts the nodes and the storage classes in place and keeps providing volumes until the control plane ends. */
async function furnish(address: ControlPlaneAddress, options: ControlPlaneOptions, signal: AbortSignal): Promise<void> {
  const components = options.components ?? componentNames;
  if (!components.includes("kube-apiserver")) return;
  const api = await connectTo(address);
  signal.addEventListener("abort", () => void api.close());
  await createStorageClasses(api);
  void provisionVolumes(api, join(address.directory, "volumes"), signal);
  const nodes = nodesOf(options);
  await Promise.all(nodes.map((node, index) => createNode(api, node, index)));
  const playsNodes = components.includes("kwok") && components.includes("kube-controller-manager");
  if (playsNodes) await nodesReady(api, nodes, AbortSignal.any([signal, AbortSignal.timeout(60_000)]));
}

function nodesOf({ nodes = 1 }: ControlPlaneOptions): readonly NodeSpec[] {
  return typeof nodes === "number" ? defaultNodes(nodes) : nodes;
}

interface Parts {
  readonly supervisor: Supervisor;
  readonly address: ControlPlaneAddress;
  readonly processes: Processes;
  readonly ending: AbortController;
}

function controlPlane({ supervisor, address, processes, ending }: Parts): ControlPlane {
  const start = async (name: ComponentName): Promise<void> => {
    if (name === "kwok") await withApi(address, dropLeases);
    await processes.start(name);
  };
  return {
    ...accessTo(address),
    pids: () => [...processes.pids(), supervisor.pid],
    stopComponent: processes.stop,
    startComponent: start,
    restart: async (name, whileDown) => {
      await processes.stop(name);
      try {
        await whileDown?.();
      } finally {
        await start(name);
      }
    },
    stop: async () => {
      ending.abort();
      await supervisor.stop();
    },
  };
}
