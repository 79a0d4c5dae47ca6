import { onTestFinished } from "vitest";
import { type Client, createClient } from "../../src/kube/client.ts";
import { type Connection, connect } from "../../src/kube/connection.ts";
import type { TextOrFile } from "../../src/kube/kubeconfig.ts";
import type { TransportOptions } from "../../src/kube/transport.ts";
import { type Script, type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

/** Where and as whom a test connects. */
interface Target {
  readonly server: string;
  readonly token?: TextOrFile;
}

/** A connection that is closed with the test. */
async function testConnection({ server, token }: Target): Promise<Connection> {
  const connection = await connect({ cluster: { server }, user: { token }, namespace: "default" });
  onTestFinished(() => connection.close());
  return connection;
}

/** A client of a scripted server, both gone with the test; waits between tries are short unless the test says otherwise. */
export async function scriptedClient(
  scripts: readonly Script[],
  options: TransportOptions = {},
): Promise<{ readonly client: Client; readonly server: ScriptedServer }> {
  const server = await startScriptedServer(...scripts);
  onTestFinished(() => server.close());
  const connection = await testConnection({ server: server.url });
  return { client: createClient(connection, { backoff: { baseMs: 1, maxMs: 5 }, ...options }), server };
}
