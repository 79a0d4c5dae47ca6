import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/**
 * Below the range from which systems take the ports of outgoing connections. A port in that range can be taken as a source port while
 * the component that listened on it is down for a moment.
 */
const range = { from: 20_000, to: 30_000 };

/** Returns different TCP ports on which nobody listens on the loopback address at this moment, chosen at random. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held = new Map<number, Server>();
  try {
    while (held.size < count) {
      const port = randomInt(range.from, range.to);
      const server = held.has(port) ? undefined : await tryListen(port);
      if (server !== undefined) held.set(port, server);
    }
    return [...held.keys()];
  } finally {
    await Promise.all([...held.values()].map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

function tryListen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => resolve(server));
  });
}
