import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** How to start the operator. */
export interface OperatorOptions {
  readonly kubeconfig?: string;
  /** Namespace of its Lease. */
  readonly namespace: string;
  /** Path of the file that its log goes to; what was in it is lost. */
  readonly logFile: string;
}

/** The operator in a process of its own. */
export interface OperatorProcess {
  /** Resolves when it has ended, with how. */
  readonly ended: Promise<string>;
  /** Ends it as a pod is ended and resolves when it is gone. */
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "..", "..");

/** Starts the operator from source. It ends with this process, but does not hear of Ctrl-C by itself: it is stopped in good order. */
export async function startOperator({ kubeconfig, namespace, logFile }: OperatorOptions): Promise<OperatorProcess> {
  await mkdir(dirname(logFile), { recursive: true });
  const log = await open(logFile, "w", 0o600);
  const server = kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig];
  const listen = ["--health-address", "127.0.0.1:0", "--metrics-address", "0"];
  const flags = [...server, ...listen, "--namespace", namespace, "--log-format", "text"];
  const child = spawn(process.execPath, ["--import", "./hack/run/leash.ts", "src/main.ts", "run", ...flags], {
    cwd: root,
    detached: true,
    stdio: ["pipe", log.fd, log.fd],
  });
  await once(child, "spawn");
  await log.close();
  const ended = once(child, "exit").then(([code, signal]: (number | string | null)[]) => signal ?? `exit code ${code}`);
  return {
    ended: ended.then(String),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** The last lines of a log. */
export async function tailOf(path: string, lines = 10): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}
