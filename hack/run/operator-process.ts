import { spawn } from "node:child_process";
import { mkdtemp, open, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { namespace } from "./target.ts";

/** The operator as a process of its own. */
export interface OperatorProcess {
  readonly logFile: string;
  /** Resolves with 1 when it ends, which it never does by itself; what it said last is printed. */
  readonly ended: Promise<number>;
  /** Ends it, which gives its Lease back. */
  readonly stop: () => Promise<void>;
}

/** Starts the operator from source; it installs the definition. */
export async function startOperator(kubeconfig: string): Promise<OperatorProcess> {
  const logFile = join(await mkdtemp(join(tmpdir(), "onecloud-operator-")), "operator.log");
  const log = await open(logFile, "a");
  const args = ["src/main.ts", "run", "--kubeconfig", kubeconfig, "--namespace", namespace];
  const quiet = ["--health-address", "0", "--metrics-address", "0"];
  const child = spawn(process.execPath, [...args, ...quiet], { stdio: ["ignore", log.fd, log.fd], detached: true });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let stopping = false;
  const ended = exited.then(async () => {
    await log.close();
    if (!stopping)
      console.error(`the operator has ended:\n${(await readFile(logFile, "utf8")).split("\n").slice(-6).join("\n")}`);
    return 1;
  });
  return {
    logFile,
    ended,
    stop: async () => {
      stopping = true;
      child.kill("SIGTERM");
      await ended;
    },
  };
}
