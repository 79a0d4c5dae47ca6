import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer, request as httpsRequest, type RequestOptions } from "node:https";
import { openTcpGate, portOf, type TcpGate } from "./tcp-gate.ts";

/** The API server behind the proxy. With a certificate and key (PEM) every request is made as their owner. */
export interface Upstream {
  readonly server: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** What to be, besides a proxy before the upstream. */
export interface FaultProxyOptions {
  readonly upstream: Upstream;
  /** Certificate and key (PEM) to speak TLS with clients; plain HTTP without. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A request as it came from the client. */
export interface SeenRequest {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly isWatch: boolean;
  readonly userAgent: string;
  /** The `Authorization` header, for tests about credentials. */
  readonly authorization: string | undefined;
}

/** What happens to requests instead of, or before, what the upstream would do. */
export interface Fault {
  /** Which requests, default all. */
  readonly when?: (request: SeenRequest) => boolean;
  /** How many of them, default one. */
  readonly times?: number;
  /** Waits so long before anything else. */
  readonly delayMs?: number;
  /** Answers this and does not ask the upstream at all. */
  readonly answer?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  /** Lets the upstream act, then breaks the connection instead of answering. */
  readonly loseAnswer?: boolean;
  /** Called when the upstream has acted and the connection is about to be broken. */
  readonly onLost?: () => void;
}

/** A proxy on loopback before a real API server, with the faults that networks and servers have. */
export interface FaultProxy extends Omit<TcpGate, "port"> {
  /** Where clients are to go. */
  readonly url: string;
  /** Every request so far, oldest first. */
  requests(): readonly SeenRequest[];
  inject(fault: Fault): void;
  /** Takes all faults back that are still to happen to requests. */
  clear(): void;
  /** To how many requests a fault is still to happen. */
  pending(): number;
  /** How many watches that match are open: the upstream has begun to answer them. */
  openWatches(when?: (request: SeenRequest) => boolean): number;
  /** Writes an event into every open watch that matches, then ends it; tells into how many. */
  endWatches(event: unknown, when?: (request: SeenRequest) => boolean): number;
  /** Keeps back what the upstream sends over the watches that are open now and match, for good. */
  muteWatches(when?: (request: SeenRequest) => boolean): number;
}

/** The event by which the server says that a resourceVersion is too old. */
export const goneEvent = {
  type: "ERROR",
  object: {
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    code: 410,
    reason: "Expired",
    message: "too old resource version",
  },
};

/** The body of the same refusal when it comes as an answer. */
export const goneStatus = goneEvent.object;

interface OpenWatch {
  readonly seen: SeenRequest;
  readonly response: ServerResponse;
  muted: boolean;
}

interface State {
  readonly options: FaultProxyOptions;
  readonly requests: SeenRequest[];
  readonly faults: { readonly fault: Fault; left: number }[];
  readonly watches: Set<OpenWatch>;
}

/** Starts a proxy on a free port. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const state: State = { options, requests: [], faults: [], watches: new Set() };
  const listener: RequestListener = (request, response) => {
    handle(state, request, response).catch(() => response.destroy());
  };
  const server: Server = options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const gate = await openTcpGate(portOf(server));
  const watchesThat = (when: (request: SeenRequest) => boolean = () => true): readonly OpenWatch[] =>
    [...state.watches].filter(({ seen }) => when(seen));
  return {
    ...gate,
    url: `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${gate.port}`,
    requests: () => [...state.requests],
    inject: (fault) => void state.faults.push({ fault, left: fault.times ?? 1 }),
    clear: () => void state.faults.splice(0),
    pending: () => state.faults.reduce((sum, { left }) => sum + left, 0),
    openWatches: (when) => watchesThat(when).length,
    endWatches(event, when) {
      const ended = watchesThat(when);
      for (const { response } of ended) response.end(`${JSON.stringify(event)}\n`);
      return ended.length;
    },
    muteWatches(when) {
      const muted = watchesThat(when);
      for (const watch of muted) watch.muted = true;
      return muted.length;
    },
    async close() {
      await gate.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function handle(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const seen = seenOf(request);
  state.requests.push(seen);
  const fault = takeFault(state, seen);
  if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  if (fault?.answer !== undefined) {
    const { status, headers, body } = fault.answer;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body === undefined ? "" : JSON.stringify(body));
    return;
  }
  forward(state, { seen, request, response, fault });
}

function seenOf(request: IncomingMessage): SeenRequest {
  const url = request.url ?? "/";
  return {
    method: request.method ?? "GET",
    url,
    isWatch: /[?&]watch=(true|1)(&|$)/.test(url),
    userAgent: request.headers["user-agent"] ?? "",
    authorization: request.headers.authorization,
  };
}

function takeFault({ faults }: State, seen: SeenRequest): Fault | undefined {
  const found = faults.find(({ fault, left }) => left > 0 && (fault.when?.(seen) ?? true));
  if (found === undefined) return undefined;
  found.left -= 1;
  return found.fault;
}

interface Exchange {
  readonly seen: SeenRequest;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly fault: Fault | undefined;
}

function forward(state: State, { seen, request, response, fault }: Exchange): void {
  const { server, ca, cert, key } = state.options.upstream;
  const target = new URL(seen.url, server);
  const options: RequestOptions = {
    method: seen.method,
    headers: { ...request.headers, host: target.host },
    ca,
    cert,
    key,
  };
  const onward = target.protocol === "https:" ? httpsRequest(target, options) : httpRequest(target, options);
  onward.on("error", () => response.destroy());
  // A write that has wholly arrived is carried out whether its client lives or not: one that the server breaks off half-way can
  // leave node ports taken that no Service has, for minutes.
  const isWhole = (): boolean => seen.method !== "GET" && request.complete;
  response.on("close", () => isWhole() || onward.destroy());
  onward.on("response", (answer) => {
    if (fault?.loseAnswer === true) {
      answer.resume();
      answer.on("end", () => {
        fault.onLost?.();
        response.destroy();
      });
      return;
    }
    answer.on("error", () => response.destroy());
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    if (seen.isWatch && answer.statusCode === 200) relayWatch(state, { seen, response, muted: false }, answer);
    else answer.pipe(response);
  });
  request.pipe(onward);
}

/** Hands on whole lines only, so that an event can be put in between at any time. */
function relayWatch(state: State, watch: OpenWatch, answer: IncomingMessage): void {
  state.watches.add(watch);
  watch.response.on("close", () => state.watches.delete(watch));
  watch.response.flushHeaders();
  let rest = "";
  answer.setEncoding("utf8");
  answer.on("data", (text: string) => {
    const end = text.lastIndexOf("\n") + 1;
    if (!watch.muted && !watch.response.writableEnded && end > 0) watch.response.write(rest + text.slice(0, end));
    rest = end > 0 ? text.slice(end) : rest + text;
  });
  answer.on("end", () => {
    if (!watch.muted) watch.response.end();
  });
}
