import { createClient } from "../kube/client.ts";
import type { KubeObject } from "../kube/object.ts";
import { changeText, deletionText, inReadingOrder } from "./change-text.ts";
import { summaryText } from "./change-summary.ts";
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
  /** One line per object in place of its diff. */
  readonly summary?: boolean;
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
    const trial = await tryPass(client, cluster);
    const text = flags.summary === true ? summaryText(trial.changes) : diffText(trial);
    return show(trial, text, terminal);
  } finally {
    await connection.close();
  }
}

function labelOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}

function diffText({ changes, secrets }: Trial): string {
  const ordered = inReadingOrder(changes);
  const texts = ordered.filter(({ after }) => after !== undefined).map((change) => changeText(change, secrets));
  const deletions = ordered.filter(({ after }) => after === undefined).map(deletionText);
  return [...texts, ...deletions].join("");
}

function show({ notes, failures }: Trial, text: string, terminal: Terminal): number {
  terminal.out(text);
  terminal.err(notes.map((note) => `note: ${note}\n`).join(""));
  terminal.err(failures.map((failure) => `error: ${failure}\n`).join(""));
  if (failures.length > 0) return exitCodes.failed;
  if (text === "") terminal.err("no difference\n");
  return text === "" ? exitCodes.ok : exitCodes.negative;
}
