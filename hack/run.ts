import { fileURLToPath } from "node:url";
import { currentCluster } from "./run/current-cluster.ts";
import { applyExample } from "./run/example.ts";
import { localCluster } from "./run/local-cluster.ts";
import { startOperator } from "./run/operator-process.ts";
import { showUntilReady } from "./run/progress.ts";
import type { Target } from "./run/target.ts";

/**
 * Shows the main job: the operator, run from source, makes a platform of the smallest example. By default on a local
 * control plane that is started for it; with CLUSTER=current on the cluster of the current kubeconfig. Goes on until
 * Ctrl-C; with `--once` it ends when the platform is ready, and with it everything that it has started.
 */
async function main(stop: AbortSignal, once: boolean): Promise<number> {
  const target: Target = process.env["CLUSTER"] === "current" ? await currentCluster() : await localCluster();
  try {
    const operator = await startOperator(target.kubeconfig);
    try {
      console.log(`the operator runs from source, its log is ${operator.logFile}`);
      const name = await applyExample(target.kubeconfig, operator.ended);
      const ready = await showUntilReady({ name, target, operator, stop });
      if (!ready || once) return ready ? 0 : 1;
      console.log(target.hints(name));
      return await Promise.race([stopped(stop), operator.ended]);
    } finally {
      await operator.stop();
    }
  } finally {
    await target.leave();
  }
}

function stopped(stop: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve(0);
    stop.addEventListener("abort", () => resolve(0), { once: true });
  });
}

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
process.chdir(fileURLToPath(new URL("..", import.meta.url)));
try {
  process.exitCode = await main(stop.signal, process.argv.includes("--once"));
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
