import { Agent, request } from "undici";
import type { Access } from "./kubeconfig.ts";
import { linesOf } from "./lines.ts";

/** A Kubernetes object as JSON, as far as it is looked at here. */
export interface ApiObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
}

/** A request to the API server that was refused. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  /** HTTP status code. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What a request carries: a body, and for a PATCH the kind of patch. */
export interface Content {
  readonly body: unknown;
  readonly type?: string;
}

/** One line of a watch; of type `ERROR` the object is the server's reason to end it. */
export interface WatchEvent<T extends ApiObject> {
  readonly type: string;
  readonly object: T;
}

/** A bare client of one API server. */
export interface Api {
  /** Sends a request and returns the JSON of the answer; rejects with an `ApiRefusal` when the status is not 2xx. */
  call<T>(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, content?: Content): Promise<T>;
  /** Yields the events of a watch until the server ends it or the signal aborts it. */
  watch<T extends ApiObject>(path: string, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;
  close(): Promise<void>;
}

/** Media type of a JSON merge patch. */
export const mergePatch = "application/merge-patch+json";

/** Connects with a client certificate. Every request carries the user agent, so that the audit log tells them apart. */
export function connect({ server, ca, cert, key }: Access, userAgent: string): Api {
  const dispatcher = new Agent({ connect: { ca, cert, key } });
  const headers = { "user-agent": userAgent, accept: "application/json" };
  return {
    call: async <T>(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, content?: Content) => {
      const body = content === undefined ? null : JSON.stringify(content.body);
      const type = content === undefined ? {} : { "content-type": content.type ?? "application/json" };
      const answer = await request(server + path, { method, dispatcher, headers: { ...headers, ...type }, body });
      const text = await answer.body.text();
      if (answer.statusCode >= 300)
        throw new ApiRefusal(answer.statusCode, `${method} ${path}: ${answer.statusCode} ${text}`);
      const result: T = JSON.parse(text);
      return result;
    },
    watch: async function* (path, signal) {
      const answer = await request(server + path, { dispatcher, headers, signal, bodyTimeout: 0 });
      for await (const line of linesOf(answer.body)) yield JSON.parse(line);
    },
    close: () => dispatcher.destroy(),
  };
}
