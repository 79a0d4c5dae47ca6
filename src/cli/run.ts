import type { OperatorOptions } from "../cluster/operator.ts";
import { connectionOf } from "./connection-of.ts";
import { exitCodes, UsageError } from "./failure.ts";
import type { Address, ServerFlags } from "./flags.ts";
import { parseNamespaces } from "./flags.ts";
import { createLogger } from "./logger.ts";
import type { LogFormat } from "./logger.ts";
import type { Terminal } from "./terminal.ts";
import { version } from "../version.ts";

/** What `run` is told. */
export interface RunFlags extends ServerFlags {
  readonly namespace?: string;
  readonly watchNamespaces?: readonly string[];
  readonly workers: number;
  /** Milliseconds. */
  readonly resync: number;
  /** Milliseconds; none when 0. */
  readonly deletionDeadline: number;
  readonly leaderElect: boolean;
  readonly installCrd: boolean;
  readonly healthAddress: Address | "nowhere";
  readonly metricsAddress: Address | "nowhere";
  readonly logFormat: LogFormat;
}

/** What flags and environment decide about the operator; connection and logger are made of the rest. */
export type OperatorSettings = Omit<OperatorOptions, "connection" | "logger" | "components">;

/** Runs the operator until the process is asked to end. Rejects when it cannot go on. */
export async function run(flags: RunFlags, terminal: Terminal): Promise<number> {
  const logger = createLogger(flags, terminal.out);
  const stop = terminal.stopSignal();
  const connection = await connectionOf(flags, terminal);
  try {
    const { runOperator } = await import("../cluster/operator.ts");
    const settings = settingsOf(flags, terminal.env, connection.namespace);
    logger.info({ version, server: connection.origin }, "operator starts");
    await runOperator({ ...settings, connection, logger }, stop);
    logger.info("operator has stopped");
    return exitCodes.ok;
  } finally {
    await connection.close();
  }
}

/** The settings of the operator; its Lease lies in the namespace that is named, that of its pod, or the one given. */
export function settingsOf(flags: RunFlags, env: Terminal["env"], fallback: string): OperatorSettings {
  const namespace = flags.namespace ?? (env["POD_NAMESPACE"] || env["NAMESPACE"] || fallback);
  const { healthAddress, metricsAddress } = flags;
  const watchNamespaces = flags.watchNamespaces ?? namespacesIn(env);
  return {
    installDefinition: flags.installCrd,
    ...(watchNamespaces !== undefined && { watchNamespaces }),
    workers: flags.workers,
    resyncMs: flags.resync,
    deletionDeadlineMs: flags.deletionDeadline || Number.POSITIVE_INFINITY,
    ...(flags.leaderElect && { leaderElection: { namespace } }),
    ...(healthAddress !== "nowhere" && { health: healthAddress }),
    ...(metricsAddress !== "nowhere" && { metrics: metricsAddress }),
  };
}

function namespacesIn(env: Terminal["env"]): readonly string[] | undefined {
  const text = env["WATCH_NAMESPACES"];
  if (!text) return undefined;
  try {
    return parseNamespaces(text);
  } catch (cause) {
    throw new UsageError(`WATCH_NAMESPACES is ${text}: ${cause instanceof Error ? cause.message : ""}`, { cause });
  }
}
