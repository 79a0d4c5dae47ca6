import { createClient } from "../kube/client.ts";
import type { KubeObject } from "../kube/object.ts";
import { changeText, deletionText, inReadingOrder } from "./change-text.ts";
import { connectionOf } from "./connection-of.ts";
import { exitCodes } from "./failure.ts";
import { findCluster } from "./find-cluster.ts";
import type { ServerFlags } from "./flags.ts";
import type { Terminal } from "./terminal.ts";
import type { Trial } from "./trial.ts";
import { tryPass } from "./trial.ts";

/** What `diff` is told. */
export interface DiffFlags extends ServerFlags {
  readonly name?: string;
  readonly namespace?: string;
}

/** Shows what the operator would change for a stored cluster. Resolves with the exit code: 0 for nothing, 1 for something, more for a failure. */
export async function diff(flags: DiffFlags, terminal: Terminal): Promise<number> {
  const connection = await connectionOf(flags, terminal);
  try {
    const client = createClient(connection);
    const cluster = await findCluster(client, flags.namespace ?? connection.namespace, flags.name);
    if (cluster.metadata.deletionTimestamp !== undefined) {
      terminal.err(`${labelOf(cluster)} is being deleted: the operator changes nothing for it any more\n`);
      return exitCodes.ok;
    }
    return show(await tryPass(client, cluster), terminal);
  } finally {
    await connection.close();
  }
}

function labelOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}

function show({ changes, secrets, notes, failures }: Trial, terminal: Terminal): number {
  const ordered = inReadingOrder(changes);
  const texts = ordered.filter(({ after }) => after !== undefined).map((change) => changeText(change, secrets));
  const deletions = ordered.filter(({ after }) => after === undefined).map(deletionText);
  const shown = [...texts.filter((text) => text !== ""), ...deletions];
  terminal.out(shown.join(""));
  terminal.err(notes.map((note) => `note: ${note}\n`).join(""));
  terminal.err(failures.map((failure) => `error: ${failure}\n`).join(""));
  if (failures.length > 0) return exitCodes.failed;
  if (shown.length === 0) terminal.err("no difference\n");
  return shown.length === 0 ? exitCodes.ok : exitCodes.negative;
}
