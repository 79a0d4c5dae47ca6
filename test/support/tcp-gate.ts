import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A relay of bytes on loopback that can misbehave as networks do. */
export interface TcpGate {
  readonly port: number;
  /** Refuses new connections and breaks all that are open, as a stopped server does. */
  refuse(): Promise<void>;
  /** Listens again on the same port. */
  accept(): Promise<void>;
  /** Breaks all open connections; new ones are taken. */
  cut(): void;
  /** From now on every connection, open or new, swallows what it is sent and says nothing, as behind a dead link. */
  freeze(): void;
  /** New connections work again; those that were frozen stay silent until their owner leaves them. */
  thaw(): void;
  /** How many connections stand. */
  connections(): number;
  close(): Promise<void>;
}

interface Pair {
  readonly outer: Socket;
  readonly inner: Socket | undefined;
}

/** Opens a gate on a free loopback port before the given loopback port. */
export async function openTcpGate(target: number): Promise<TcpGate> {
  const pairs = new Set<Pair>();
  let isFrozen = false;
  const server = createServer((outer) => {
    const pair: Pair = {
      outer,
      inner: isFrozen ? undefined : connect({ host: "127.0.0.1", port: target, noDelay: true }),
    };
    pairs.add(pair);
    join(pair, () => pairs.delete(pair));
  });
  const cut = (): void => {
    for (const { outer, inner } of pairs) {
      outer.resetAndDestroy();
      inner?.destroy();
    }
  };
  const port = await listen(server, 0);
  return {
    port,
    async refuse() {
      const closed = server.listening ? stopListening(server) : undefined;
      cut();
      await closed;
    },
    accept: async () => {
      if (!server.listening) await listen(server, port);
    },
    cut,
    freeze() {
      isFrozen = true;
      for (const { outer, inner } of pairs) {
        if (inner === undefined) continue;
        inner.unpipe(outer);
        outer.unpipe(inner);
        outer.resume();
        inner.removeAllListeners("close");
        inner.destroy();
      }
    },
    thaw() {
      isFrozen = false;
    },
    connections: () => pairs.size,
    async close() {
      const closed = server.listening ? stopListening(server) : undefined;
      cut();
      await closed;
    },
  };
}

function join({ outer, inner }: Pair, ended: () => void): void {
  outer.setNoDelay(true);
  outer.on("error", () => outer.destroy());
  outer.on("close", () => {
    inner?.destroy();
    ended();
  });
  if (inner === undefined) {
    outer.resume();
    return;
  }
  inner.on("error", () => inner.destroy());
  inner.on("close", () => outer.destroy());
  outer.pipe(inner);
  inner.pipe(outer);
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return portOf(server);
}

async function stopListening(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  await closed;
}

/** The port of a server that listens on TCP. */
export function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no TCP port");
  return address.port;
}
