import { open, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

const heartbeatMilliseconds = 2_000;
const staleMilliseconds = 20_000;

/**
 * Runs the work while the file at `path` exists as a lock, and takes the file away afterwards.
 *
 * A holder touches its file every two seconds; a file that nobody touched for twenty seconds belongs to a process that is gone and is
 * taken over. Two processes that find the same stale file at the same moment may both go on, so the work must stay correct when it is
 * done twice at once: the lock saves time, it does not protect.
 *
 * @param waiting is called once, when another process holds the lock.
 */
export async function withLock<T>(path: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; !(await tryCreate(path)); tries++) {
    if (await isStale(path)) {
      await rm(path, { force: true });
      continue;
    }
    if (tries === 0) waiting();
    await delay(500);
  }
  const heartbeat = setInterval(() => void touch(path), heartbeatMilliseconds);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  }
}

async function tryCreate(path: string): Promise<boolean> {
  try {
    await (await open(path, "wx")).close();
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw new Error(`creating the lock file ${path}`, { cause: error });
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > staleMilliseconds;
  } catch (error) {
    if (isCode(error, "ENOENT")) return false;
    throw error;
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  // The file can be gone when somebody took it over; then there is nothing left to keep alive.
  await utimes(path, now, now).catch(() => undefined);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
