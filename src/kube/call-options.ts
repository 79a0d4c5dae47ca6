/** What every call may carry: a signal by which its caller loses interest; the call then rejects with the signal's reason. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Which objects a list or watch is about. Without a namespace it is about all of them. */
export interface Selection extends CallOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** What to list. Without a resourceVersion the answer is the newest state. */
export interface ListOptions extends Selection {
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: "Exact" | "NotOlderThan";
  /** Whether to leave out everything but `metadata`, which is all that whoever asks for names needs. */
  readonly metadataOnly?: boolean;
}

/** How to write. A dry run is checked and answered, and changes nothing. */
export interface WriteOptions extends CallOptions {
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
  readonly subresource?: "status" | "scale";
}

/** How to apply: who owns the fields, and whether to take those that others own (a conflict otherwise). */
export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  readonly force?: boolean;
  /** Whether the object must not exist yet: one that does is a conflict, and stays as it is. */
  readonly onlyNew?: boolean;
}

/** How to delete. With `uid` or `resourceVersion` another object of the same name is a conflict, and a lost answer is asked for again. */
export interface DeleteOptions extends CallOptions {
  readonly propagationPolicy?: "Foreground" | "Background" | "Orphan";
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun?: boolean;
}

/** A change to an object: an RFC 7386 merge, an RFC 6902 list of operations, or Kubernetes' own kind of merge (built-in kinds only). */
export interface Patch {
  readonly type: "merge" | "json" | "strategic";
  readonly body: unknown;
}

/** What to watch, and from where. */
export interface WatchOptions extends Selection {
  readonly resourceVersion?: string;
  /** Asks for a bookmark about every minute, default true. */
  readonly allowBookmarks?: boolean;
  /** After so many seconds the server ends the watch. */
  readonly timeoutSeconds?: number;
  /** Silence after which the watch is given up, default two minutes. */
  readonly idleTimeoutMs?: number;
}
