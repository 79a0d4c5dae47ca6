import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../control-plane/build.ts";
import { findGo } from "../control-plane/go.ts";
import { withLock } from "../control-plane/lock.ts";

const flags = ["build", "-mod=readonly", "-trimpath", "-ldflags", "-s -w"];
const source = "helm.sh/helm/v4/cmd/helm";

/**
 * Returns the path of helm, at the version that the Go module beside this file pins. It is built first where it is missing (some
 * minutes, with progress on stderr), and kept in the user's cache directory. Any number of callers may do this at once.
 */
export async function ensureHelm(): Promise<string> {
  const cache = join(cacheDirectory(), "helm", await hashOfInputs());
  const helm = join(cache, "helm");
  if (existsSync(helm)) return helm;
  await mkdir(cache, { recursive: true });
  const waiting = (): void => void process.stderr.write("another process builds helm, waiting for it\n");
  await withLock(join(cache, ".lock"), waiting, () => build(helm));
  return helm;
}

async function build(helm: string): Promise<void> {
  if (existsSync(helm)) return;
  process.stderr.write("building helm ... (first time, takes some minutes)\n");
  const go = await findGo();
  // A rename is atomic: nobody ever sees half a program.
  const scratch = `${helm}.${process.pid}`;
  await go.run(import.meta.dirname, [...flags, "-o", scratch, source]);
  await rename(scratch, helm);
}

async function hashOfInputs(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(await readFile(join(import.meta.dirname, file)));
  hash.update(JSON.stringify([flags, source, process.platform, process.arch]));
  return hash.digest("hex").slice(0, 16);
}
