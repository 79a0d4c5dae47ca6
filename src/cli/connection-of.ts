import type { Connection } from "../kube/connection.ts";
import { loadConnection } from "../kube/connection.ts";
import type { ServerFlags } from "./flags.ts";
import type { Terminal } from "./terminal.ts";
import { programName, version } from "../version.ts";

/** The connection that flags and environment name; nothing is sent yet. Whoever asks for it closes it. */
export async function connectionOf(
  { kubeconfig, context }: ServerFlags,
  { env }: Pick<Terminal, "env">,
): Promise<Connection> {
  return await loadConnection({
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    env,
    userAgent: `${programName}/${version}`,
  });
}
