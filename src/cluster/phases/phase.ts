import type { Scope } from "../api/scope.ts";

/** Interfaces under which an endpoint may be registered in keystone. */
export type EndpointInterface = "public" | "internal" | "admin" | "slave";

/** What keystone knows of a component: a service, and how each interface of it is reached. */
export interface Registration {
  readonly service: string;
  readonly type: string;
  /** What the service speaks; `https` when left out. */
  readonly scheme?: "http";
  /** URL of every interface, in place of the one that follows from host and port. */
  readonly getUrl?: (s: Scope) => string;
  /** Path behind host and port, `v3`. */
  readonly path?: string;
  readonly interfaces: readonly EndpointInterface[];
  /** Key of the service in the spec whose node port endpoints carry; `service` when left out. */
  readonly reached?: string;
}

/** What a phase may ask the platform for; the platform's session fulfils it. */
export interface PlatformSession {
  /** Calls a service of the platform and returns the JSON of its answer. */
  call(service: string, method: string, path: string, body?: unknown): Promise<unknown>;
}

/** One thing that a running component needs from the platform; succeeding twice is the same as once. */
export interface Phase {
  readonly name: string;
  run(session: PlatformSession, s: Scope): Promise<void>;
}
