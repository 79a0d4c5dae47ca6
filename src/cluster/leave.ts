import type { Logger } from "pino";
import type { KubeObject } from "../kube/object.ts";
import { holdIf, isHeld, letGo } from "./deletion/finalizer.ts";
import type { Leaving, Progress, Remnant, Step } from "./deletion/step.ts";
import { everythingLeft, takeSteps } from "./deletion/step.ts";
import { isOrphaning, steps as allSteps } from "./deletion/steps.ts";
import { inNotes, namesOf, pendingText } from "./deletion/text.ts";
import type { World } from "./pass.ts";
import { deletingStatus, isSameStatus, storedStatus } from "./status.ts";

/** What the deletion of a cluster needs of the world around it. */
export type LeavingWorld = Pick<World, "store" | "defaults" | "clustersIn" | "writeStatus" | "event" | "now"> & {
  readonly deletion: Deletion;
};

/** How clusters are deleted whose data goes with them. */
export interface Deletion {
  /** How long what cannot be deleted is waited for, in milliseconds, counted from when the deletion was asked for; `Infinity` is for ever. */
  readonly deadlineMs: number;
  /** Whether the namespace itself is being deleted; `false` too where that cannot be seen. */
  readonly isNamespaceLeaving: (namespace: string) => Promise<boolean>;
  /** Other steps than those of the platform, for tests. */
  readonly steps?: readonly Step[];
}

/** Not everything that is waited for is watched, pods are not. */
const lookAgainMs = 2_000;

/**
 * One pass over a cluster that is being deleted: nothing is made for it any more. Where its data goes with it, what is
 * left goes step by step, and the cluster last; any other is left to the garbage collector.
 */
export async function leave(
  cluster: KubeObject,
  world: LeavingWorld,
  log: Logger,
): Promise<{ readonly requeueAfterMs?: number }> {
  if (!isHeld(cluster)) return {};
  const { namespace = "default", uid } = cluster.metadata;
  const others = world.clustersIn(namespace).filter(({ metadata }) => metadata.uid !== uid);
  const leaving = { cluster, others, store: world.store };
  const kept = await reasonToKeep(leaving);
  if (kept !== undefined) return await keep(cluster, kept, { world, log });
  const { deletion } = world;
  const { steps = allSteps } = deletion;
  if (await deletion.isNamespaceLeaving(namespace))
    return await giveUp("its namespace is being deleted", await everythingLeft(steps, leaving), {
      cluster,
      world,
      log,
    });
  const progress = await takeSteps(steps, leaving);
  if (progress.removed.length > 0) log.info({ removed: progress.removed }, "asked what belongs to the cluster to go");
  if (progress.pending === undefined) return await finish(cluster, world, log);
  const remainingMs = deadlineOf(cluster, deletion.deadlineMs) - world.now().getTime();
  if (remainingMs <= 0)
    return await giveUp("the time for it is over", await everythingLeft(steps, leaving), { cluster, world, log });
  await tell(cluster, progress.pending, world);
  return { requeueAfterMs: Math.min(lookAgainMs, remainingMs) };
}

/** Keeps the finalizer on a cluster as long as its policy says that its data goes with it; the cluster as it is then. */
export async function hold(
  cluster: KubeObject,
  policy: "Retain" | "Delete",
  { defaults }: Pick<World, "defaults">,
): Promise<KubeObject> {
  return await holdIf(policy === "Delete", cluster, defaults);
}

/** The policy may have been changed while nobody looked, and even now. */
async function reasonToKeep(leaving: Leaving): Promise<string | undefined> {
  const { deletionPolicy } = (leaving.cluster["spec"] ?? {}) as { readonly deletionPolicy?: string };
  if (deletionPolicy !== "Delete") return "spec.deletionPolicy is not Delete";
  return (await isOrphaning(leaving))
    ? "it is deleted with --cascade=orphan, so what it consists of lives on"
    : undefined;
}

function deadlineOf({ metadata }: KubeObject, deadlineMs: number): number {
  return Date.parse(metadata.deletionTimestamp ?? "") + deadlineMs;
}

interface Teller {
  readonly world: LeavingWorld;
  readonly log: Logger;
}

async function keep(cluster: KubeObject, why: string, { world, log }: Teller): Promise<object> {
  await letGo(cluster, world.defaults);
  log.info({ why }, "the cluster is deleted, its data stays");
  world.event(cluster, "Normal", "DataKept", `its data and credentials stay: ${why}`);
  return {};
}

async function finish(cluster: KubeObject, world: LeavingWorld, log: Logger): Promise<object> {
  await letGo(cluster, world.defaults);
  log.info("the cluster is deleted with its data");
  world.event(cluster, "Normal", "DataDeleted", "its workloads, claims, credentials and CA are deleted");
  return {};
}

/** The cluster goes all the same; whoever looks after what is left learns what that is. */
async function giveUp(
  why: string,
  left: readonly Remnant[],
  { cluster, world, log }: Teller & { readonly cluster: KubeObject },
): Promise<object> {
  await letGo(cluster, world.defaults);
  log.warn({ why, left: left.map(namesOf) }, "the cluster is gone before everything of it was");
  for (const note of inNotes(`${why}, and this is left`, left.map(namesOf)))
    world.event(cluster, "Warning", "DeletionIncomplete", note);
  return {};
}

async function tell(
  cluster: KubeObject,
  pending: NonNullable<Progress["pending"]>,
  world: LeavingWorld,
): Promise<void> {
  const before = storedStatus(cluster);
  const { generation = 0 } = cluster.metadata;
  const { reason } = pending;
  const message = pendingText(pending.left);
  const after = deletingStatus(before, { reason, message, generation, now: world.now() });
  if (!isSameStatus(before, after)) await world.writeStatus(cluster, after);
  const was = before.conditions?.find(({ type }) => type === "Deleting")?.reason;
  if (was !== reason) world.event(cluster, "Normal", reason, message);
}
