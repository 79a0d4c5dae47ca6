import { ApiError } from "../../src/kube/api-error.ts";
import type { EventClient } from "../../src/kube/events.ts";
import type { KubeObject } from "../../src/kube/object.ts";

/** The API server as far as events can see it: it keeps them, and can refuse or fall silent. */
export interface EventSink {
  readonly client: EventClient;
  /** The events as stored, in the order in which they were made. */
  stored(): readonly KubeObject[];
  /** How many requests were made. */
  requests(): number;
  /** Forgets all events, as the server does after an hour. */
  expire(): void;
  /** The status with which every request is refused from now on; undefined for none. */
  refuse(code: number | undefined): void;
  /** Holds back all answers until the returned function is called. */
  hold(): () => void;
}

/** Makes a server without events. */
export function eventSink(): EventSink {
  const stored = new Map<string, KubeObject>();
  let requests = 0;
  let refusal: number | undefined;
  let gate: Promise<void> = Promise.resolve();
  const answer = async (): Promise<void> => {
    requests += 1;
    await gate;
    if (refusal !== undefined) throw apiError(refusal);
  };
  const client: EventClient = {
    create: async (_, object) => {
      await answer();
      const sent: KubeObject = JSON.parse(JSON.stringify(object));
      stored.set(object.metadata.name, sent);
      return sent;
    },
    patch: async (_, key, { body }) => {
      await answer();
      const event = stored.get(key.name);
      if (event === undefined) throw apiError(404);
      const patched = { ...event, ...body };
      stored.set(key.name, patched);
      return patched;
    },
  };
  return {
    client,
    stored: () => [...stored.values()],
    requests: () => requests,
    expire: () => stored.clear(),
    refuse: (code) => void (refusal = code),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
  };
}

function apiError(code: number): ApiError {
  return new ApiError({ act: "write events", method: "POST", path: "/events" }, { code });
}
