import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { portOf } from "./tcp-gate.ts";

/** A request that came, with its body read. */
export interface ScriptedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** The parsed body; undefined without one. */
  readonly body: unknown;
}

/** What a test lets the server do with one request. */
export type Script = (response: ServerResponse, request: ScriptedRequest) => void;

/** An HTTP server on loopback that does with each request what the test says, to show how a client takes it. */
export interface ScriptedServer {
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly ScriptedRequest[];
  /** How many connections were opened so far. */
  connections(): number;
  close(): Promise<void>;
}

/** Starts a server; the scripts are used one after the other, and the last one for all further requests. */
export async function startScriptedServer(...scripts: readonly Script[]): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  let opened = 0;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://scripted");
    const seen: ScriptedRequest = { method: request.method ?? "", path, query, headers: request.headers, body };
    requests.push(seen);
    scripts[Math.min(requests.length, scripts.length) - 1]?.(response, seen);
  };
  const server = createServer((request, response) => void serve(request, response));
  server.on("connection", () => {
    opened += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    requests,
    connections: () => opened,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}

/** Answers with a body. */
export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Script {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Answers as the API server refuses. */
export function refuse(
  code: number,
  reason: string,
  more: {
    readonly message?: string;
    readonly details?: object;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Script {
  const { message = `refused: ${reason}`, details = {}, headers = {} } = more;
  return answer(code, { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message, details }, headers);
}

/** Answers a watch with events and leaves it open, or ends it. */
export function stream(events: readonly unknown[], ending: "open" | "end" | "cut" = "open"): Script {
  return (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    for (const event of events) response.write(`${JSON.stringify(event)}\n`);
    if (ending === "end") response.end();
    if (ending === "cut") setImmediate(() => response.destroy());
  };
}

/** Says nothing, for good. */
export const silence: Script = () => undefined;

/** Breaks the connection without an answer. */
export const breakOff: Script = (response) => void response.destroy();
