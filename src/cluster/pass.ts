import type { Logger } from "pino";
import type { Denial } from "../kube/api-error.ts";
import { denialOf, isForbidden, isNamespaceTerminating } from "../kube/api-error.ts";
import type { Recorder } from "../kube/events.ts";
import type { KubeObject, ObjectKey } from "../kube/object.ts";
import type { ClusterStatus } from "./api/status.ts";
import type { Component } from "./components/component.ts";
import { credentialNeedsOf, specsOf } from "./components/component.ts";
import { ensureCredentials } from "./prepare/credentials.ts";
import type { DefaultsWriter, Reading } from "./prepare/defaults.ts";
import { readCluster, storeDefaults } from "./prepare/defaults.ts";
import type { Surroundings } from "./prepare/facts.ts";
import { instanceOf } from "./defaults/meant.ts";
import { isControlPlane, readFacts } from "./prepare/facts.ts";
import { PreparationError } from "./prepare/preparation-error.ts";
import type { ClusterWriter, Released } from "./prepare/release.ts";
import { releaseFields } from "./prepare/release.ts";
import { ensureServiceAccount } from "./prepare/service-account.ts";
import { LeavingError } from "./deletion/guard.ts";
import type { FinalizerWriter } from "./deletion/finalizer.ts";
import type { Deletion } from "./leave.ts";
import { hold } from "./leave.ts";
import type { Rights } from "./rights.ts";
import type { PassReport } from "./status.ts";
import { isSameStatus, statusOf, storedStatus } from "./status.ts";
import type { ComponentResult } from "./sync/component.ts";
import { unknownEdition } from "./sync/judge.ts";
import { missingRight } from "./sync/missing-right.ts";
import type { Outcome } from "./sync/outcome.ts";
import { outcomeText } from "./sync/outcome.ts";
import type { Contests } from "./sync/contests.ts";
import type { Carried, planOf } from "./sync/plan.ts";
import { carryOut } from "./sync/plan.ts";
import type { TroubledPod } from "./sync/pod-troubles.ts";
import type { Store } from "./sync/store.ts";
import type { Problem } from "./validate.ts";

/** What a pass needs of the world around it. */
export interface World {
  readonly components: readonly Component[];
  readonly store: Store;
  readonly rights: Rights;
  readonly contests: Contests;
  readonly defaults: DefaultsWriter & ClusterWriter & FinalizerWriter;
  readonly deletion: Deletion;
  /** The cluster as last seen; `undefined` when it is gone. */
  readonly clusterOf: (key: ObjectKey) => KubeObject | undefined;
  /** All clusters of a namespace as last seen. */
  readonly clustersIn: (namespace: string) => readonly KubeObject[];
  readonly surroundings: (namespace: string) => Surroundings;
  readonly planOf: typeof planOf;
  /** The pods of a cluster that are in trouble, as they were seconds ago at most; none where they cannot be seen. */
  readonly troubledPods: (object: KubeObject, now: Date) => Promise<readonly TroubledPod[]>;
  /** Why nothing may be written for the cluster, in a sentence; `undefined` when it may. */
  readonly pauseOf: (object: KubeObject) => string | undefined;
  readonly validate: (written: Reading["written"]) => readonly Problem[];
  readonly writeStatus: (object: KubeObject, status: ClusterStatus) => Promise<void>;
  readonly told: (object: KubeObject, happened: Happened) => void;
  /** Says at once that something happened to a cluster; `told` is for whole passes. */
  readonly event: Recorder["event"];
  readonly now: () => Date;
}

/** What happened in a pass, for those who want to hear of it. */
export interface Happened {
  readonly results: readonly ComponentResult[];
  readonly removed: readonly Outcome[];
  /** Paths of the fields of the spec that follow their defaults again. */
  readonly released: readonly string[];
  readonly before: Partial<ClusterStatus>;
  readonly after: ClusterStatus;
}

/** How long a pass that waits for something waits before it looks again, in milliseconds; most often an event comes first. */
export const lookAgainMs = 10_000;

/** Objects could not be made what they shall be; the status of the cluster names each. */
export class SyncError extends Error {
  constructor(failed: readonly Outcome[]) {
    super(failed.map(outcomeText).join("; "));
    this.name = "SyncError";
  }
}

/** The world of one pass. */
export interface PassWorld extends World {
  /** Whether the cluster is not being deleted. */
  readonly isThere: () => boolean;
}

/** Makes what a cluster asks for, and writes into its status what came of it. */
export async function pass(
  stored: KubeObject,
  world: PassWorld,
  log: Logger,
): Promise<{ readonly requeueAfterMs?: number }> {
  const read = await readCluster(stored, specsOf(world.components), world.defaults);
  const reading = { ...read, object: await hold(stored, read.cluster.platform.deletionPolicy, world) };
  const { object, report } = await passOver(reading, world, log);
  if (!world.isThere()) throw new LeavingError();
  const before = storedStatus(object);
  const after = statusOf(report, before, world.now());
  if (!isSameStatus(before, after)) await world.writeStatus(object, after);
  world.told(object, { ...report, before, after });
  const failed = outcomesOf(report).filter(({ action }) => action === "failed");
  if (failed.length > 0) throw new SyncError(failed);
  return isSettled(report) ? {} : { requeueAfterMs: lookAgainMs };
}

type Report = PassReport & Carried & Pick<Happened, "released">;

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
    mustSee(world, reading);
    const { reading: free, released } = await release(reading, world, log);
    const complete = await storeDefaults(free, world.defaults);
    return { object: complete.object, report: { ...(await sync(complete, world, log)), released } };
  } catch (error) {
    const mendable = mendableOf(error);
    if (mendable === undefined) throw error;
    log.warn({ reason: mendable.reason }, "cluster cannot be prepared");
    return { object: reading.object, report: stopped(reading, mendable.reason, mendable.message) };
  }
}

/** What a person has to mend before the pass can go on. */
function mendableOf(error: unknown): PreparationError | undefined {
  if (error instanceof PreparationError) return error;
  const denial = denialOf(error);
  if (denial !== undefined) return lackOf(denial);
  if (isNamespaceTerminating(error) || !isForbidden(error)) return undefined;
  return new PreparationError("Forbidden", error.message, { cause: error });
}

function lackOf(denial: Denial): PreparationError {
  return new PreparationError("Forbidden", missingRight(denial));
}

/** Without a view of what is there nothing is changed. */
function mustSee({ rights }: World, { cluster }: Reading): void {
  const denial = rights.denied(cluster.namespace);
  if (denial !== undefined) throw lackOf(denial);
}

async function release(reading: Reading, world: World, log: Logger): Promise<Released> {
  const { components, store, defaults, surroundings } = world;
  const { nodes } = surroundings(reading.cluster.namespace);
  const controlPlaneNodes = nodes?.filter(isControlPlane).length;
  const how = { specs: specsOf(components), store, writer: defaults, controlPlaneNodes };
  const outcome = await releaseFields(reading, how);
  const { released } = outcome;
  if (released.length > 0) log.info({ released }, "fields released, which follow their defaults again");
  return outcome;
}

async function sync(reading: Reading, world: World, log: Logger): Promise<Omit<Report, "released">> {
  const { components, store } = world;
  const { cluster, object, written } = reading;
  const before = storedStatus(object);
  const otherInstances = world.clustersIn(cluster.namespace).filter(isOther(object)).map(instanceOf);
  const credentials = await ensureCredentials(cluster, credentialNeedsOf(components), { store, otherInstances });
  const facts = readFacts(world.surroundings(cluster.namespace), before);
  const plan = world.planOf({ cluster, credentials, facts, components });
  if (plan.problems.length > 0) return stopped(reading, "InvalidSpec", plan.problems.join("; "));
  await ensureServiceAccount(cluster, store);
  const carried = await carryOut(plan, {
    store,
    contests: world.contests,
    otherInstances,
    before,
    troubled: async () => {
      const now = world.now();
      return isSlow(before, now) ? await world.troubledPods(object, now) : [];
    },
  });
  const report = { generation: cluster.generation, written, cluster, unseen: world.rights.unseen(), ...carried };
  logChanges(log, outcomesOf(report));
  return report;
}

/** How long a cluster may take to become ready before anybody looks at its pods, in milliseconds. */
const patienceMs = 10_000;

function isSlow({ conditions = [] }: Partial<ClusterStatus>, now: Date): boolean {
  const ready = conditions.find(({ type }) => type === "Ready");
  const since = Date.parse(ready?.lastTransitionTime ?? "");
  return ready?.status === "False" && now.getTime() - since >= patienceMs;
}

function isOther({ metadata }: KubeObject): (cluster: KubeObject) => boolean {
  return (cluster) => cluster.metadata.uid !== metadata.uid;
}

function stopped({ cluster, written }: Reading, reason: string, message: string): Report {
  const why = { reason, message, invalid: reason === "InvalidSpec" };
  const nothing = { results: [], resting: [], removed: [], released: [] };
  return { generation: cluster.generation, written, cluster, stopped: why, ...nothing };
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
