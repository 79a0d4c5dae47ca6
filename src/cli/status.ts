import { clusters } from "../cluster/watches.ts";
import type { Client } from "../kube/client.ts";
import { createClient } from "../kube/client.ts";
import { informer } from "../kube/informer.ts";
import type { KubeObject } from "../kube/object.ts";
import { connectionOf } from "./connection-of.ts";
import { exitCodes } from "./failure.ts";
import { findCluster } from "./find-cluster.ts";
import type { ServerFlags } from "./flags.ts";
import { causeText, isReady, newsText, statusJson, statusText } from "./status-text.ts";
import type { Terminal } from "./terminal.ts";

/** What `status` is told. */
export interface StatusFlags extends ServerFlags {
  readonly name?: string;
  readonly namespace?: string;
  readonly watch?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly output: "table" | "json";
}

/** Shows how a stored cluster is, with `watch` until it is ready. Resolves with the exit code: 0 when it is ready, 1 when not. */
export async function status(flags: StatusFlags, terminal: Terminal): Promise<number> {
  const connection = await connectionOf(flags, terminal);
  try {
    const client = createClient(connection);
    const cluster = await findCluster(client, flags.namespace ?? connection.namespace, flags.name);
    if (flags.watch === true) return await follow(client, cluster, { flags, terminal });
    terminal.out(flags.output === "json" ? statusJson(cluster, 2) : statusText(cluster));
    return isReady(cluster) ? exitCodes.ok : exitCodes.negative;
  } finally {
    await connection.close();
  }
}

interface Viewer {
  readonly flags: StatusFlags;
  readonly terminal: Terminal;
}

/** Shows every change until the cluster is ready, gone, or nobody wants to wait any longer. */
async function follow(client: Client, cluster: KubeObject, { flags, terminal }: Viewer): Promise<number> {
  const { name, namespace = "default" } = cluster.metadata;
  const watched = informer(client, clusters, { namespace, fieldSelector: `metadata.name=${name}` });
  const show = screen(flags, terminal);
  const { promise: ended, resolve: end } = Promise.withResolvers<string | undefined>();
  let last = cluster;
  watched.onChange(({ type, object }) => {
    last = object;
    show(object);
    if (type === "deleted") end(`${namespace}/${name} was deleted`);
    else if (isReady(object)) end(undefined);
  });
  const stop = terminal.stopSignal();
  const leave = (): void => end("stopped before it was ready");
  if (stop.aborted) leave();
  stop.addEventListener("abort", leave, { once: true });
  const { timeout = 0 } = flags;
  const timer = timeout > 0 ? setTimeout(() => end(`not ready in time: ${causeText(last)}`), timeout) : undefined;
  watched.start();
  const why = await ended;
  clearTimeout(timer);
  await watched.stop();
  if (why === undefined) return exitCodes.ok;
  terminal.err(`${why}\n`);
  return exitCodes.negative;
}

/** A person sees the table drawn anew in place; a file or a pipe gets what is new. */
function screen({ output }: StatusFlags, terminal: Terminal): (cluster: KubeObject) => void {
  const clear = "\u001b[H\u001b[2J\u001b[3J";
  let before: KubeObject | undefined;
  return (cluster) => {
    if (output === "json") terminal.out(statusJson(cluster));
    else if (terminal.isInteractive) terminal.out(clear + statusText(cluster));
    else terminal.out(newsText(before, cluster));
    before = cluster;
  };
}
