import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { type Check, judge } from "./health-checks.ts";

/** Where `/metrics` takes its text from. */
interface MetricsSource {
  readonly contentType: string;
  text(): Promise<string>;
}

/** What a health server serves; a path whose part is left out answers 404. */
export interface HealthServerOptions {
  /** 0 for a free one. */
  readonly port: number;
  /** The address to listen on; all of them by default. */
  readonly host?: string | undefined;
  /** Checks of `/healthz`, which fails when the process has to be restarted. */
  readonly healthz?: readonly Check[] | undefined;
  /** Checks of `/readyz`, which fails while the process is not of use yet. */
  readonly readyz?: readonly Check[] | undefined;
  /** What `/metrics` shows. */
  readonly metrics?: MetricsSource | undefined;
  readonly logger: Logger;
}

/** A running health server. */
export interface HealthServer {
  /** The port it listens on. */
  readonly port: number;
  /** Ends all connections at once and resolves when the port is free. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Answers one path; `verbose` asks for a line per check. */
type Handler = (verbose: boolean) => Promise<Answer> | Answer;

/** Starts the server; rejects when the port cannot be listened on. */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const handlers = handlersOf(options);
  const server = createServer((request, response) => void serve(handlers, request, response));
  await listen(server, options);
  return { port: portOf(server), close: () => close(server) };
}

function handlersOf({ healthz, readyz, metrics, logger }: HealthServerOptions): ReadonlyMap<string, Handler> {
  const handlers = new Map<string, Handler>();
  if (healthz !== undefined) handlers.set("/healthz", checking("healthz", healthz, logger));
  if (readyz !== undefined) handlers.set("/readyz", checking("readyz", readyz));
  if (metrics !== undefined) handlers.set("/metrics", showing(metrics));
  return handlers;
}

/** Who reads the log after a restart wants to know why, so whatever newly fails in `/healthz` is told once. */
function checking(name: string, checks: readonly Check[], logger?: Logger): Handler {
  let failedBefore = "";
  return (verbose) => {
    const { failures, text } = judge(name, checks);
    const failed = failures.map((failure) => failure.name).join(" ");
    if (failed !== "" && failed !== failedBefore) logger?.error({ failures }, "this process is not healthy");
    failedBefore = failed;
    const healthy = failed === "";
    return plain(healthy ? 200 : 500, healthy && !verbose ? "ok" : text);
  };
}

function showing(metrics: MetricsSource): Handler {
  return async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.text() });
}

function plain(status: number, body: string): Answer {
  return { status, contentType: "text/plain; charset=utf-8", body };
}

async function serve(
  handlers: ReadonlyMap<string, Handler>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, contentType, body } = await answerTo(handlers, request);
  response.writeHead(status, {
    "Content-Type": contentType,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-cache, private",
    "X-Content-Type-Options": "nosniff",
    ...(status === 405 ? { Allow: "GET, HEAD" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

async function answerTo(handlers: ReadonlyMap<string, Handler>, request: IncomingMessage): Promise<Answer> {
  const [path = "", query] = (request.url ?? "").split("?", 2);
  const handler = handlers.get(path);
  if (handler === undefined) return plain(404, "not found\n");
  if (request.method !== "GET" && request.method !== "HEAD") return plain(405, "only GET and HEAD\n");
  try {
    return await handler(new URLSearchParams(query).has("verbose"));
  } catch (error) {
    return plain(500, `${error instanceof Error ? error.message : String(error)}\n`);
  }
}

function listen(server: Server, { port, host }: HealthServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(new Error(`listen on ${host ?? "all addresses"}, port ${port}: ${cause.message}`, { cause }));
    server.once("error", fail);
    server.listen({ port, host }, () => {
      server.removeListener("error", fail);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
