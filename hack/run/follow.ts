import { causeText, isReady } from "../../src/cli/status-text.ts";
import { clusters } from "../../src/cluster/watches.ts";
import type { Client } from "../../src/kube/client.ts";
import { informer } from "../../src/kube/informer.ts";
import type { KubeObject } from "../../src/kube/object.ts";

/** How long to wait, who is told of every change, and what ends the wait before. */
export interface Following {
  readonly waitMs: number;
  readonly show: (cluster: KubeObject) => void;
  readonly signal: AbortSignal;
}

/** Shows every change of a stored cluster and resolves when it is ready. Rejects with the first cause when it is not in time, and with the signal's reason. */
export async function followUntilReady(client: Client, cluster: KubeObject, following: Following): Promise<void> {
  const { waitMs, show, signal } = following;
  const { name, namespace = "default" } = cluster.metadata;
  const watched = informer(client, clusters, { namespace, fieldSelector: `metadata.name=${name}` });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let last = cluster;
  watched.onChange(({ type, object }) => {
    last = object;
    show(object);
    if (type === "deleted") reject(new Error(`${namespace}/${name} was deleted`));
    else if (isReady(object)) resolve();
  });
  const leave = (): void => reject(signal.reason);
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  const late = (): void => reject(new Error(`not ready after ${waitMs / 1000} s: ${causeText(last)}`));
  const timer = setTimeout(late, waitMs);
  watched.start();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
    await watched.stop();
  }
}
