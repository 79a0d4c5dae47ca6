import { spawn } from "node:child_process";
import type { OperatorProcess } from "./operator-process.ts";
import type { Target } from "./target.ts";
import { namespace } from "./target.ts";

/** What is watched, and until when. */
export interface Watched {
  readonly name: string;
  readonly target: Target;
  readonly operator: OperatorProcess;
  readonly stop: AbortSignal;
}

/** Shows the components as `status --watch` does, and tells whether the platform became ready. Without, it has said the first cause. */
export async function showUntilReady({ name, target, operator, stop }: Watched): Promise<boolean> {
  const seconds = Math.ceil(target.waitMs / 1000);
  const args = ["src/main.ts", "status", name, "--namespace", namespace, "--kubeconfig", target.kubeconfig];
  const child = spawn(process.execPath, [...args, "--watch", "--timeout", `${seconds}s`], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const end = (): void => void child.kill("SIGTERM");
  stop.addEventListener("abort", end, { once: true });
  const shown = new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  const code = await Promise.race([shown, operator.ended]);
  end();
  return code === 0;
}
