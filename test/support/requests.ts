import type { AuditEvent, ControlPlaneAccess } from "./control-plane.ts";

/** Whose requests, and since when. */
export interface Asking {
  readonly userAgent: string;
  readonly since?: Date;
}

/** What somebody wrote, each as `patch /apis/…: 200`; renewals of a Lease do not count. */
export async function writesOf(plane: ControlPlaneAccess, asking: Asking): Promise<readonly string[]> {
  const verbs = ["create", "update", "patch", "delete", "deletecollection"];
  return linesOf(await plane.requests({ ...asking, verbs }));
}

/** What somebody wrote beside events and the status of clusters: objects that a cluster is made of, and its spec. */
export async function childWritesOf(plane: ControlPlaneAccess, asking: Asking): Promise<readonly string[]> {
  const writes = await writesOf(plane, asking);
  return writes.filter((line) => !line.includes("/events") && !line.includes("/status?"));
}

/** What somebody asked beside watches and Leases. */
export async function requestsOf(plane: ControlPlaneAccess, asking: Asking): Promise<readonly string[]> {
  const requests = await plane.requests(asking);
  return linesOf(requests.filter(({ verb }) => verb !== "watch"));
}

function linesOf(requests: readonly AuditEvent[]): readonly string[] {
  const counted = requests.filter(({ objectRef }) => objectRef?.resource !== "leases");
  return counted.map(
    ({ verb, requestURI, responseStatus }) => `${verb} ${requestURI}: ${String(responseStatus?.code)}`,
  );
}
