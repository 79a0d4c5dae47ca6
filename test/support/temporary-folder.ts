import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder that is gone with the test. */
export interface TemporaryFolder {
  readonly path: string;
  /** Writes a file into it and gives its path. */
  write(name: string, text: string): Promise<string>;
}

/** Makes an empty folder. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "kube-test-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return {
    path,
    async write(name, text) {
      const file = join(path, name);
      await writeFile(file, text);
      return file;
    },
  };
}
