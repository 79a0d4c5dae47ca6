import { createReadStream } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { linesOf } from "./lines.ts";

/** The audit policy of the API server: who did what to which object, for every request but health checks, without any content. */
export const auditPolicy = JSON.stringify({
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [{ level: "None", nonResourceURLs: ["/healthz*", "/livez*", "/readyz*"] }, { level: "Metadata" }],
});

/** Name of the log that the API server writes; it puts full ones aside with a time in the name. */
export const auditLog = "audit.log";

/** One request as the API server recorded it: the fields of `audit.k8s.io/v1` Event that are of use here. */
export interface AuditEvent {
  readonly auditID: string;
  /** `ResponseStarted` for a watch, `ResponseComplete` for any other request. */
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly user: { readonly username: string; readonly groups?: readonly string[] };
  /** Absent when the request is not about a resource. */
  readonly objectRef?: {
    readonly resource: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
    readonly apiVersion: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code: number; readonly reason?: string };
  /** When the server received the request, RFC 3339 with microseconds. */
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

/** Which requests to return; a field that is left out lets every request pass. */
export interface RequestFilter {
  /** Start of the client's user agent. */
  readonly userAgent?: string;
  /** Name of the user, `system:serviceaccount:<namespace>:<name>` for a service account. */
  readonly user?: string;
  /** Received at this time or later. */
  readonly since?: Date;
  /** Received before this time. */
  readonly until?: Date;
  /** Verbs of Kubernetes (`get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, …). */
  readonly verbs?: readonly string[];
}

/** Reads the requests that pass the filter from the audit log in the directory, in the order in which the server received them. */
export async function readRequests(directory: string, filter: RequestFilter): Promise<readonly AuditEvent[]> {
  const requests = new Map<string, AuditEvent>();
  for (const file of await logFiles(directory)) {
    for await (const line of linesOf(createReadStream(join(directory, file)))) {
      const event = parse(line, [filter.userAgent, filter.user]);
      // A watch is recorded when it begins and again when it ends: the first record stands for the request.
      if (event !== undefined && !requests.has(event.auditID) && passes(event, filter))
        requests.set(event.auditID, event);
    }
  }
  return [...requests.values()].toSorted((left, right) =>
    left.requestReceivedTimestamp < right.requestReceivedTimestamp ? -1 : 1,
  );
}

/** How much of the end of the log is looked through, in bytes: what a busy server writes while the looker is kept waiting. */
const tail = 1 << 20;

/** Tells whether the text stands near the end of the audit log in the directory. */
export async function wasJustWritten(directory: string, text: string): Promise<boolean> {
  const log = await open(join(directory, auditLog));
  try {
    const { size } = await log.stat();
    const { buffer, bytesRead } = await log.read({
      buffer: Buffer.alloc(tail),
      position: Math.max(0, size - tail),
    });
    return buffer.subarray(0, bytesRead).includes(text);
  } finally {
    await log.close();
  }
}

/** The log that is being written and those that the server put aside when they were full, oldest first. */
async function logFiles(directory: string): Promise<readonly string[]> {
  const files = await readdir(directory);
  return files.filter((file) => file.endsWith(".log")).toSorted();
}

function parse(line: string, needles: readonly (string | undefined)[]): AuditEvent | undefined {
  // Most lines are about somebody else, and looking is much cheaper than parsing. A line without its end is still being written.
  if (!needles.every((needle = "") => line.includes(needle)) || !line.endsWith("}")) return undefined;
  try {
    const event: AuditEvent = JSON.parse(line);
    return event;
  } catch {
    return undefined;
  }
}

function passes(event: AuditEvent, { userAgent, user, since, until, verbs }: RequestFilter): boolean {
  const received = Date.parse(event.requestReceivedTimestamp);
  const conditions = [
    userAgent === undefined || event.userAgent?.startsWith(userAgent),
    user === undefined || event.user.username === user,
    since === undefined || received >= since.getTime(),
    until === undefined || received < until.getTime(),
    verbs === undefined || verbs.includes(event.verb),
  ];
  return conditions.every((condition) => condition === true);
}
