import { readFile } from "node:fs/promises";
import { Agent, request } from "undici";
import { type ComponentName, healthUrlOf, type Ports } from "./components.ts";
import type { Files } from "./files.ts";

/**
 * Opens the connections over which the components are asked for their health, until the signal is aborted. The returned function
 * resolves with whether the component says that it does its work, and rejects when it does not answer within five seconds.
 */
export async function openHealth(
  files: Files,
  ports: Ports,
  signal: AbortSignal,
): Promise<(name: ComponentName) => Promise<boolean>> {
  const [ca, etcdCa, cert, key] = await Promise.all(
    [files.ca, files.etcdCa, files.cert("etcd-client"), files.key("etcd-client")].map((path) => readFile(path, "utf8")),
  );
  const shared = new Agent({ connect: { ca } });
  // Only etcd wants to know who asks.
  const etcd = new Agent({ connect: { ca: etcdCa, cert, key } });
  signal.addEventListener("abort", () => void Promise.all([shared.destroy(), etcd.destroy()]));
  return async (name) => {
    const dispatcher = name === "etcd" ? etcd : shared;
    const answer = await request(healthUrlOf(name, ports), { dispatcher, headersTimeout: 5_000, bodyTimeout: 5_000 });
    await answer.body.dump();
    return answer.statusCode === 200;
  };
}
