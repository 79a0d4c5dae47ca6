import type { Logger } from "pino";
import { denialOf, isNamespaceTerminating, isNotFound } from "../kube/api-error.ts";
import type { KubeObject, ObjectKey } from "../kube/object.ts";
import { plural } from "./api/names.ts";
import { LeavingError, writableWhile } from "./deletion/guard.ts";
import { leave } from "./leave.ts";
import type { World } from "./pass.ts";
import { lookAgainMs, pass } from "./pass.ts";
import { isSameStatus, pausedStatus, storedStatus } from "./status.ts";
import { missingRight } from "./sync/missing-right.ts";

/** Looks after one cluster once: one that goes is let go, one that is paused is left alone, and any other is made what it asks for. */
export async function reconcile(
  key: ObjectKey,
  world: World,
  log: Logger,
): Promise<{ readonly requeueAfterMs?: number }> {
  const stored = world.clusterOf(key);
  if (stored === undefined) return {};
  try {
    if (stored.metadata.deletionTimestamp !== undefined) return await leave(stored, world, log);
    const pause = world.pauseOf(stored);
    if (pause !== undefined) return await rest(stored, pause, world);
    const isThere = (): boolean => isStill(world.clusterOf(key), stored);
    return await pass(stored, { ...world, store: writableWhile(isThere, world.store), isThere }, log);
  } catch (error) {
    if (!isLeaving(error)) throw withRemedy(error);
    log.info("the cluster is being deleted");
    return { requeueAfterMs: lookAgainMs };
  }
}

/** Whether the cluster is the one that the pass began with, and stays. */
function isStill(now: KubeObject | undefined, { metadata }: KubeObject): boolean {
  return now?.metadata.uid === metadata.uid && now?.metadata.deletionTimestamp === undefined;
}

/** An error about a missing right says what to do about it: it may be the one that keeps it out of the status. */
function withRemedy(error: unknown): unknown {
  const denial = denialOf(error);
  return denial === undefined ? error : new Error(missingRight(denial), { cause: error });
}

/** The cluster was deleted in the middle of a pass, or goes with its namespace: nothing is left to be done for it. */
function isLeaving(error: unknown): boolean {
  return (
    error instanceof LeavingError ||
    isNamespaceTerminating(error) ||
    (isNotFound(error) && error.details?.kind === plural)
  );
}

/** What there is of a pass over a paused cluster: its status says that it is paused, and stays as it is otherwise. */
async function rest(object: KubeObject, message: string, world: World): Promise<object> {
  const before = storedStatus(object);
  const { generation = 0 } = object.metadata;
  const after = pausedStatus(before, { message, generation, now: world.now() });
  if (!isSameStatus(before, after)) await world.writeStatus(object, after);
  world.told(object, { results: [], removed: [], released: [], before, after });
  return {};
}
