import { randomUUID } from "node:crypto";
import pino from "pino";
import type { Component } from "../../src/cluster/components/component.ts";
import { type OperatorOptions, runOperator } from "../../src/cluster/operator.ts";
import { loadConnection } from "../../src/kube/connection.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { componentOf } from "./cluster-scope.ts";
import type { ControlPlaneAccess } from "./control-plane.ts";
import { eventually } from "./eventually.ts";
import { type OperatorAccess, operatorAccess } from "./operator-account.ts";

const core = [
  ...["keystone", "victoria-metrics", "region", "scheduler", "kubeserver", "webconsole", "glance", "yunionagent"],
  ...["apigateway", "web", "logger", "climc", "yunionconf", "notify", "test"],
];

/**
 * The components of the registry without which there is no platform, with at least one of every kind of workload but a
 * StatefulSet. Tests of the machinery run these alone: what they show does not depend on how many components there are, and
 * a few are installed quickly. The whole catalogue has tests of its own.
 */
export const coreComponents: readonly Component[] = core.map(componentOf);

/** An operator that runs in this process against a control plane. */
export interface TestOperator {
  /** User agent of its requests, its own, so that the audit log tells them from all others. */
  readonly userAgent: string;
  /** Everything that it has logged, as it was written. */
  logged(): string;
  /** Settles when it ends: rejects with the reason when it could not go on. */
  readonly ended: Promise<void>;
  /** Ends it as SIGTERM does. */
  stop(): Promise<void>;
}

/**
 * Starts an operator with what `run` does by default and the rights that `deploy/rbac` gives it, but with the components of
 * the core alone, without a Lease and without health endpoints unless asked for.
 */
export async function startOperator(
  plane: ControlPlaneAccess,
  options: Partial<OperatorOptions> = {},
  access?: OperatorAccess,
): Promise<TestOperator> {
  const userAgent = `test-operator-${randomUUID().slice(0, 8)}`;
  const lines: string[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => lines.push(line) });
  const { kubeconfig, ...watched } = access ?? (await operatorAccess(plane, options.watchNamespaces));
  const connection = await loadConnection({ kubeconfig, userAgent });
  const abort = new AbortController();
  const defaults = {
    components: coreComponents,
    installDefinition: true,
    workers: 5,
    resyncMs: 600_000,
    deletionDeadlineMs: 600_000,
  };
  const running = runOperator({ connection, logger, ...defaults, ...options, ...watched }, abort.signal);
  // A failure shows when the test stops the operator, or at the latest when it waits in vain.
  running.catch((error: unknown) => lines.push(String(error)));
  return {
    userAgent,
    logged: () => lines.join(""),
    ended: running,
    stop: async () => {
      abort.abort();
      await running;
      await connection.close();
    },
  };
}

/** Resolves when the API server knows what a OnecloudCluster is, so that one can be applied. */
export async function untilDefined(plane: ControlPlaneAccess): Promise<void> {
  await eventually(() => plane.kubectl(["get", "onecloudclusters", "--all-namespaces"]));
}

/** The example of the user guide under another name and namespace, with more fields laid over its spec. */
export function clusterManifest(name: string, namespace: string, spec: object = {}): KubeObject {
  return {
    apiVersion: "onecloud.yunion.io/v1alpha1",
    kind: "OnecloudCluster",
    metadata: { name, namespace },
    spec: {
      mysql: { host: "10.168.222.218", username: "root", password: "your-sql-passwd" },
      region: "region0",
      ...spec,
    },
  };
}

/** Objects as kubectl shows them. */
export async function getObject(plane: ControlPlaneAccess, namespace: string, what: string): Promise<KubeObject> {
  return JSON.parse(await plane.kubectl(["get", what, "--namespace", namespace, "--output", "json"])) as KubeObject;
}

/** Resolves with the cluster when its status says that it is ready for its present generation. */
export async function untilReady(plane: ControlPlaneAccess, namespace: string, name: string): Promise<KubeObject> {
  return await eventually(async () => {
    const cluster = await getObject(plane, namespace, `onecloudcluster/${name}`);
    const { phase, observedGeneration, message } = (cluster["status"] ?? {}) as Record<string, unknown>;
    if (phase === "Ready" && observedGeneration === cluster.metadata.generation) return cluster;
    throw new Error(`${name} is ${String(phase)} at generation ${String(observedGeneration)}: ${String(message)}`);
  });
}
