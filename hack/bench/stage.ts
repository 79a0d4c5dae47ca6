import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { components } from "../../src/cluster/components/index.ts";
import { clusters } from "../../src/cluster/watches.ts";
import type { Client } from "../../src/kube/client.ts";
import { createClient } from "../../src/kube/client.ts";
import { loadConnection } from "../../src/kube/connection.ts";
import { namespaces } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { bundlePath } from "../bundle/build.ts";
import type { ControlPlane } from "../control-plane/start.ts";
import { startControlPlane } from "../control-plane/start.ts";

/** A control plane with a client on it that is not the operator's. */
export interface Plane {
  readonly control: ControlPlane;
  readonly client: Client;
}

/** Runs a measurement on a control plane of its own, so that none bears the traces of another; its node has room for the requests of fifty clusters. */
export async function withPlane<T>(work: (plane: Plane) => Promise<T>): Promise<T> {
  const control = await startControlPlane({ nodes: [{ name: "node-1", cpu: "64", memory: "256Gi", pods: "5000" }] });
  const connection = await loadConnection({ kubeconfig: control.kubeconfig, userAgent: "bench" });
  try {
    return await work({ control, client: createClient(connection) });
  } finally {
    await connection.close();
    await control.stop();
  }
}

/** The bundled operator as a process. */
export interface OperatorRun {
  readonly pid: number;
  readonly startedAt: number;
  /** What it has logged, a JSON object a line. */
  readonly log: () => readonly Readonly<Record<string, unknown>>[];
  /** Resolves with the time of the first line with this message. */
  readonly said: (message: string) => Promise<number>;
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
}

/** Prefix of the operator's user agent. */
export const userAgent = "onecloud-operator/";

/** Starts the bundle. */
export function startBundle(plane: Plane, flags: readonly string[] = ["--no-leader-elect"]): OperatorRun {
  const file = join(mkdtempSync(join(tmpdir(), "onecloud-bench-")), "log");
  const out = openSync(file, "a");
  const args = [
    "run",
    "--kubeconfig",
    plane.control.kubeconfig,
    "--namespace",
    "default",
    "--health-address",
    "0",
    "--metrics-address",
    "0",
  ];
  const startedAt = Date.now();
  const child = spawn(bundlePath, [...args, ...flags], {
    stdio: ["ignore", out, out],
    env: { ...process.env, PATH: `${join(process.cwd(), "node_modules", ".bin")}:${process.env["PATH"] ?? ""}` },
  });
  closeSync(out);
  // A measurement that fails leaves no operator behind.
  const end = (): boolean => child.kill("SIGKILL");
  process.once("exit", end);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  void exited.then(() => process.off("exit", end));
  const log = (): readonly Readonly<Record<string, unknown>>[] =>
    readFileSync(file, "utf8").split("\n").flatMap(parsed);
  return {
    pid: child.pid ?? 0,
    startedAt,
    log,
    said: (message) => until(() => timeOf(log().find(({ msg }) => msg === message)), `the operator says "${message}"`),
    kill: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}

function parsed(line: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    return [JSON.parse(line) as Readonly<Record<string, unknown>>];
  } catch {
    return [];
  }
}

function timeOf(line: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const time = line?.["time"];
  return typeof time === "string" ? Date.parse(time) : (time as number | undefined);
}

/** Looks until there is a value, for ten minutes at most. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  what: string,
  everyMs = 50,
): Promise<T> {
  for (const end = Date.now() + 600_000; Date.now() < end; await delay(everyMs)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`not within ten minutes: ${what}`);
}

/** The spec of the example of the README. */
export const exampleSpec = {
  mysql: { host: "10.168.222.218", username: "root", password: "your-sql-passwd" },
  region: "region0",
} as const;

/** Creates a namespace and the example of the README in it; `inside` keeps it off the ports of nodes, so that many fit. */
export async function createCluster(plane: Plane, namespace: string, inside = false): Promise<void> {
  await plane.client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await plane.client.create(clusters, {
    apiVersion: clusters.apiVersion,
    kind: clusters.kind,
    metadata: { name: "example", namespace },
    spec: { ...(inside ? insideSpec() : {}), ...exampleSpec },
  });
}

function insideSpec(): object {
  const entries = components.map(({ specKey, spec }) => {
    const services = Object.entries(spec.fields ?? {}).filter(
      ([, field]) => field.fields?.["internalOnly"] !== undefined,
    );
    return [specKey, Object.fromEntries(services.map(([key]) => [key, { internalOnly: true }]))] as const;
  });
  // The ports of ovn-north cannot be chosen.
  return {
    ...Object.fromEntries(entries.filter(([, services]) => Object.keys(services).length > 0)),
    disableLocalVpc: true,
  };
}

/** Resolves when the cluster is ready for its present generation. */
export async function untilReady(plane: Plane, namespace: string): Promise<void> {
  await until(async () => {
    const cluster = await plane.client.get(clusters, { namespace, name: "example" });
    return cluster !== undefined && isReady(cluster) ? true : undefined;
  }, `${namespace} is ready`);
}

function isReady(cluster: KubeObject): boolean {
  const { phase, observedGeneration } = (cluster["status"] ?? {}) as Readonly<Record<string, unknown>>;
  return phase === "Ready" && observedGeneration === cluster.metadata.generation;
}

/** Writes of the operator since a time, the Lease and events left out. */
export const writes = ["create", "update", "patch", "delete"] as const;
