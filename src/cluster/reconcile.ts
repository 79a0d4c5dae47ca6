import type { Logger } from "pino";
import { isNamespaceTerminating, isNotFound } from "../kube/api-error.ts";
import type { KubeObject, ObjectKey } from "../kube/object.ts";
import { plural } from "./api/names.ts";
import type { ClusterStatus } from "./api/status.ts";
import type { Component } from "./components/component.ts";
import { credentialNeedsOf, specsOf } from "./components/component.ts";
import type { CredentialsStore } from "./prepare/credentials.ts";
import { ensureCredentials } from "./prepare/credentials.ts";
import type { DefaultsWriter, Reading } from "./prepare/defaults.ts";
import { readCluster, storeDefaults } from "./prepare/defaults.ts";
import type { Surroundings } from "./prepare/facts.ts";
import { readFacts } from "./prepare/facts.ts";
import { PreparationError } from "./prepare/preparation-error.ts";
import { ensureServiceAccount } from "./prepare/service-account.ts";
import type { PassReport } from "./status.ts";
import { isSameStatus, statusOf, storedStatus } from "./status.ts";
import type { ComponentResult } from "./sync/component.ts";
import { unknownEdition } from "./sync/judge.ts";
import type { Outcome } from "./sync/outcome.ts";
import type { Carried } from "./sync/plan.ts";
import { carryOut, planOf } from "./sync/plan.ts";
import type { Store } from "./sync/store.ts";
import type { Problem } from "./validate.ts";

/** What a pass needs of the world around it. */
export interface World {
  readonly components: readonly Component[];
  readonly store: Store & CredentialsStore;
  readonly defaults: DefaultsWriter;
  /** The cluster as last seen; `undefined` when it is gone. */
  readonly clusterOf: (key: ObjectKey) => KubeObject | undefined;
  readonly surroundings: (namespace: string) => Surroundings;
  readonly validate: (written: Reading["written"]) => readonly Problem[];
  readonly writeStatus: (object: KubeObject, status: ClusterStatus) => Promise<void>;
  readonly told: (object: KubeObject, happened: Happened) => void;
  readonly now: () => Date;
}

/** What happened in a pass, for those who want to hear of it. */
export interface Happened {
  readonly results: readonly ComponentResult[];
  readonly removed: readonly Outcome[];
  readonly before: Partial<ClusterStatus>;
  readonly after: ClusterStatus;
}

/** How long a pass that waits for something waits before it looks again, in milliseconds; most often an event comes first. */
const lookAgainMs = 10_000;

/** Objects could not be made what they shall be; the status of the cluster names each. */
export class SyncError extends Error {
  constructor(failed: readonly Outcome[]) {
    super(failed.map(({ object, message }) => `${object}: ${message ?? "failed"}`).join("; "));
    this.name = "SyncError";
  }
}

/** One pass over one cluster: what it asks for is made so, and its status says what came of it. */
export async function reconcile(
  key: ObjectKey,
  world: World,
  log: Logger,
): Promise<{ readonly requeueAfterMs?: number }> {
  const stored = world.clusterOf(key);
  if (stored === undefined || stored.metadata.deletionTimestamp !== undefined) return {};
  try {
    return await pass(stored, world, log);
  } catch (error) {
    if (!isLeaving(error)) throw error;
    log.info("the cluster is being deleted");
    return { requeueAfterMs: lookAgainMs };
  }
}

/** The cluster was deleted in the middle of a pass, or goes with its namespace: nothing is left to be done for it. */
function isLeaving(error: unknown): boolean {
  return isNamespaceTerminating(error) || (isNotFound(error) && error.details?.kind === plural);
}

async function pass(stored: KubeObject, world: World, log: Logger): Promise<{ readonly requeueAfterMs?: number }> {
  const reading = await readCluster(stored, specsOf(world.components), world.defaults);
  const { object, report } = await passOver(reading, world, log);
  const before = storedStatus(object);
  const after = statusOf(report, before, world.now());
  if (!isSameStatus(before, after)) await world.writeStatus(object, after);
  world.told(object, { ...report, before, after });
  const failed = outcomesOf(report).filter(({ action }) => action === "failed");
  if (failed.length > 0) throw new SyncError(failed);
  return isSettled(report) ? {} : { requeueAfterMs: lookAgainMs };
}

type Report = PassReport & Carried;

/** The steps of a pass. A step that a person has to help with ends it; whatever was made before stays. */
async function passOver(
  reading: Reading,
  world: World,
  log: Logger,
): Promise<{ readonly object: KubeObject; readonly report: Report }> {
  const mistakes = world.validate(reading.written).map(({ field, message }) => `${field} ${message}`);
  const problems = [...mistakes, ...unknownEdition(reading.cluster)];
  if (problems.length > 0)
    return { object: reading.object, report: stopped(reading, "InvalidSpec", problems.join("; ")) };
  try {
    const complete = await storeDefaults(reading, world.defaults);
    return { object: complete.object, report: await sync(complete, world, log) };
  } catch (error) {
    if (!(error instanceof PreparationError)) throw error;
    log.warn({ reason: error.reason }, "cluster cannot be prepared");
    return { object: reading.object, report: stopped(reading, error.reason, error.message) };
  }
}

async function sync(reading: Reading, world: World, log: Logger): Promise<Report> {
  const { components, store } = world;
  const { cluster, object, written } = reading;
  const credentials = await ensureCredentials(cluster, credentialNeedsOf(components), store);
  const facts = readFacts(world.surroundings(cluster.namespace), storedStatus(object));
  const plan = planOf({ cluster, credentials, facts, components });
  if (plan.problems.length > 0) return stopped(reading, "InvalidSpec", plan.problems.join("; "));
  await ensureServiceAccount(cluster, store);
  const carried = await carryOut(plan, store, storedStatus(object));
  const report = { generation: cluster.generation, written, cluster, ...carried };
  logChanges(log, outcomesOf(report));
  return report;
}

function stopped({ cluster, written }: Reading, reason: string, message: string): Report {
  const why = { reason, message, invalid: reason === "InvalidSpec" };
  return { generation: cluster.generation, written, cluster, stopped: why, results: [], resting: [], removed: [] };
}

const changes: readonly Outcome["action"][] = ["created", "updated", "deleted"];

function logChanges(log: Logger, outcomes: readonly Outcome[]): void {
  for (const { action, object } of outcomes.filter((outcome) => changes.includes(outcome.action))) {
    log.info({ action, object }, "object synced");
  }
}

function outcomesOf({ results, removed }: Carried): readonly Outcome[] {
  return [...results.flatMap(({ outcomes }) => outcomes), ...removed];
}

/** A spec that is refused waits for a change; everything else that is not ready is looked at again. */
function isSettled({ stopped: why, results }: Report): boolean {
  if (why !== undefined) return why.invalid;
  return results.every(({ status }) => status.phase === "Ready" || status.phase === "Stopped");
}
