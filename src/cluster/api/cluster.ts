import type { JsonObject } from "./field.ts";
import type { Edition } from "./names.ts";
import type { PlatformSpec } from "./platform.ts";

/** What a component may know of the spec of another one, whatever its shape. */
export interface PeerSpec {
  readonly disable: boolean;
  readonly disableTLS?: boolean;
  readonly db_engine?: string;
  readonly [field: string]: unknown;
}

/** A OnecloudCluster as meant: defaults filled in, frozen for the length of one pass. */
export interface Cluster {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly generation: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** Value of the label `app.kubernetes.io/instance` of everything that belongs to it. */
  readonly instance: string;
  readonly edition: Edition;
  readonly platform: PlatformSpec;
  /** The specs of the components by spec key, as meant. */
  readonly specs: Readonly<Record<string, JsonObject>>;
}
