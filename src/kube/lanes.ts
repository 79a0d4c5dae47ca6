import { Agent, ProxyAgent } from "undici";
import type { Dispatcher } from "undici";

/** Short calls and long watches never share connections, so that a hanging watch cannot hold up a call. */
export type Lane = "calls" | "watches";

/** What a TLS connection needs: PEM texts, and how to check the server. */
export interface TlsMaterial {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly serverName?: string | undefined;
  readonly insecure?: boolean | undefined;
}

/** Connections to keep at most for calls at the same time; further calls wait for a free one. */
const maxCallConnections = 32;

/** Below the 90 s after which the API server closes an idle connection, so that no request meets a closing one. */
const keepAliveMs = 60_000;

/** The pool of one lane: HTTP/1.1, kept alive, no time-outs of its own (each request brings its deadline). */
export function openLane(lane: Lane, material: TlsMaterial, proxyUrl?: string): Dispatcher {
  const tls = {
    ca: material.ca,
    cert: material.cert,
    key: material.key,
    servername: material.serverName,
    rejectUnauthorized: material.insecure !== true,
  };
  const shared = {
    allowH2: false,
    pipelining: 1,
    connections: lane === "calls" ? maxCallConnections : null,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const connect = { ...tls, timeout: 10_000, keepAlive: true, keepAliveInitialDelay: 30_000 };
  return proxyUrl === undefined
    ? new Agent({ ...shared, connect })
    : new ProxyAgent({ ...shared, uri: proxyUrl, requestTls: connect });
}
