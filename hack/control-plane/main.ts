/** Starts a local control plane, prints how to reach it, and takes it down on Ctrl-C or SIGTERM. */
import { once } from "node:events";
import { type ControlPlane, startControlPlane } from "./start.ts";

try {
  await serve(await startControlPlane());
} catch (error) {
  process.stderr.write(`${messagesOf(error).join(": ")}\n`);
  process.exitCode = 1;
}

async function serve(controlPlane: ControlPlane): Promise<void> {
  process.stdout.write(`export KUBECONFIG=${controlPlane.kubeconfig}\n`);
  process.stderr.write("The control plane runs until Ctrl-C.\n");
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await controlPlane.stop();
}

function messagesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.message, ...(error.cause === undefined ? [] : messagesOf(error.cause))];
}
