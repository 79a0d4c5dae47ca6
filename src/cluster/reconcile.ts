import type { Logger } from "pino";
import type { KubeObject, ObjectKey } from "../kube/object.ts";
import type { Cluster } from "./api/cluster.ts";
import type { ClusterStatus } from "./api/status.ts";
import type { Component } from "./components/component.ts";
import { credentialNeedsOf, specsOf } from "./components/component.ts";
import { inParallel } from "./in-parallel.ts";
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
import { heldBack, isRolledOut, syncComponent } from "./sync/component.ts";
import type { Wanted } from "./sync/judge.ts";
import { judge } from "./sync/judge.ts";
import type { Outcome } from "./sync/outcome.ts";
import { leftovers, removeObject } from "./sync/remove.ts";
import type { Store } from "./sync/store.ts";
import { reasonNotToRun, wantedObjects } from "./sync/wanted.ts";
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

/** Components that are synced side by side. */
const sideBySide = 8;

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
  const report = await reportOf(stored, world, log);
  const before = storedStatus(report.object);
  const after = statusOf(report, before, world.now());
  if (!isSameStatus(before, after)) await world.writeStatus(report.object, after);
  world.told(report.object, { results: report.results, removed: report.removed, before, after });
  const failed = outcomesOf(report).filter(({ action }) => action === "failed");
  if (failed.length > 0) throw new SyncError(failed);
  return isSettled(report) ? {} : { requeueAfterMs: lookAgainMs };
}

type Report = PassReport & { readonly object: KubeObject; readonly removed: readonly Outcome[] };

async function reportOf(stored: KubeObject, world: World, log: Logger): Promise<Report> {
  const reading = await readCluster(stored, specsOf(world.components), world.defaults);
  const empty = { ...reading, generation: stored.metadata.generation ?? 0, results: [], resting: [], removed: [] };
  const problems = world.validate(reading.written).map(({ field, message }) => `${field} ${message}`);
  if (problems.length > 0) return { ...empty, stopped: invalid(problems) };
  try {
    const complete = await storeDefaults(reading, world.defaults);
    const { object, cluster } = complete;
    return { ...empty, object, cluster, generation: cluster.generation, ...(await syncCluster(cluster, world, log)) };
  } catch (error) {
    if (!(error instanceof PreparationError)) throw error;
    log.warn({ reason: error.reason }, "cluster cannot be prepared");
    return { ...empty, stopped: { reason: error.reason, message: error.message, invalid: false } };
  }
}

function invalid(problems: readonly string[]): NonNullable<PassReport["stopped"]> {
  return { reason: "InvalidSpec", message: problems.join("; "), invalid: true };
}

type Synced = Pick<Report, "stopped" | "results" | "resting" | "removed">;

async function syncCluster(cluster: Cluster, world: World, log: Logger): Promise<Partial<Synced>> {
  const { components, store } = world;
  const credentials = await ensureCredentials(cluster, credentialNeedsOf(components), store);
  const facts = readFacts(world.surroundings(cluster.namespace));
  const reasons = new Map(components.map((component) => [component, reasonNotToRun(component, cluster)]));
  const wanted = components
    .filter((component) => reasons.get(component) === undefined)
    .map((component) => ({ component, objects: wantedObjects(component, { cluster, credentials, facts }) }));
  const problems = judge(cluster, wanted);
  if (problems.length > 0) return { stopped: invalid(problems) };
  await ensureServiceAccount(cluster, store);
  const results = await syncComponents(wanted, world, cluster.uid);
  const gone = leftovers(
    store,
    cluster.uid,
    wanted.flatMap(({ objects }) => objects),
  );
  const removed = await inParallel(gone, sideBySide, (leftover) => removeObject(leftover, store));
  logChanges(log, [...results.flatMap(({ outcomes }) => outcomes), ...removed]);
  const resting = [...reasons].flatMap(([component, reason]) => (reason === undefined ? [] : [{ component, reason }]));
  return { results, resting, removed };
}

async function syncComponents(
  wanted: readonly Wanted[],
  world: World,
  owner: string,
): Promise<readonly ComponentResult[]> {
  const { store } = world;
  const byType = new Map(wanted.map(({ component, objects }) => [component.type, objects]));
  const isPending = (type: string): boolean => !isRolledOut(byType.get(type) ?? [], store);
  return await inParallel(wanted, sideBySide, ({ component, objects }) => {
    const holdStart = heldBack(component, isPending);
    return syncComponent(component, objects, { store, owner, ...(holdStart !== undefined && { holdStart }) });
  });
}

const changes: readonly Outcome["action"][] = ["created", "updated", "deleted"];

function logChanges(log: Logger, outcomes: readonly Outcome[]): void {
  for (const { action, object } of outcomes.filter((outcome) => changes.includes(outcome.action))) {
    log.info({ action, object }, "object synced");
  }
}

function outcomesOf({ results, removed }: Report): readonly Outcome[] {
  return [...results.flatMap(({ outcomes }) => outcomes), ...removed];
}

/** A spec that is refused waits for a change; everything else that is not ready is looked at again. */
function isSettled({ stopped, results }: Report): boolean {
  if (stopped !== undefined) return stopped.invalid;
  return results.every(({ status }) => status.phase === "Ready");
}
