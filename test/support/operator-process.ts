import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import type { OperatorAccess } from "./operator-account.ts";
import { freeAddress, type Listening, readPath } from "./passes.ts";

/** How to start the program. */
export interface OperatorProcessOptions extends OperatorAccess {
  /** Namespace of the Lease; without it there is none. */
  readonly leaseNamespace?: string;
  /** Time between two looks at every cluster, `500ms`. */
  readonly resync?: string;
}

/** The program itself in a process of its own, as it runs in a pod: with the whole catalogue of components. */
export interface OperatorProcess {
  /** Where it serves health and metrics. */
  readonly address: Listening;
  /** Everything that it has written. */
  output(): string;
  /** Resolves with the exit code, or the signal, when it has ended. */
  readonly ended: Promise<number | string>;
  /** Sends the signal and resolves as `ended` does. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | string>;
}

const root = join(import.meta.dirname, "..", "..");

/** Starts `onecloud-operator run`; whoever starts it ends it. It does not outlive this process. */
export async function startOperatorProcess(options: OperatorProcessOptions): Promise<OperatorProcess> {
  const address = await freeAddress();
  const child = spawn(process.execPath, ["src/main.ts", "run", ...argumentsOf(options, address)], {
    cwd: root,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  const orphaned = (): void => void child.kill("SIGKILL");
  process.once("exit", orphaned);
  const ended = once(child, "exit").then(([code, signal]: (number | string | null)[]) => {
    process.off("exit", orphaned);
    return code ?? signal ?? "unknown";
  });
  return {
    address,
    output: () => output,
    ended,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

function argumentsOf(options: OperatorProcessOptions, at: Listening): readonly string[] {
  const { kubeconfig, leaseNamespace, resync, watchNamespaces } = options;
  const address = `${at.host}:${at.port}`;
  return [
    ...["--kubeconfig", kubeconfig, "--health-address", address, "--metrics-address", address],
    ...(leaseNamespace === undefined ? ["--no-leader-elect"] : ["--namespace", leaseNamespace]),
    ...(resync === undefined ? [] : ["--resync", resync]),
    ...(watchNamespaces === undefined ? [] : ["--watch-namespaces", watchNamespaces.join()]),
  ];
}

/** Resolves when the process answers `/readyz` with 200. */
export async function untilReadyz({ address }: OperatorProcess): Promise<void> {
  await eventually(() => readPath(address, "/readyz"));
}
