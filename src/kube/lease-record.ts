import { microTime } from "./clock.ts";
import type { KubeObject, ObjectKey } from "./object.ts";

/** The fields of a coordination.k8s.io/v1 Lease's `spec` that leader election reads and writes. */
export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  /** How often the Lease went from one holder to another. */
  readonly leaseTransitions?: number;
}

/** Who claims a Lease, for how long, and when. */
export interface Claim {
  readonly identity: string;
  readonly durationMs: number;
  readonly epochMs: number;
}

/** The Lease's `spec`; empty when the object has none. */
export function specOf(lease: KubeObject): LeaseSpec {
  const { spec } = lease;
  return typeof spec === "object" && spec !== null ? spec : {};
}

/** The identity that holds the Lease; undefined when nobody does. */
export function holderOf(lease: KubeObject): string | undefined {
  return specOf(lease).holderIdentity || undefined;
}

/** A Lease that does not exist yet, held by the claimant. */
export function firstLease(key: ObjectKey, claim: Claim): KubeObject {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: key,
    spec: { ...claimedSpec({}, claim), leaseTransitions: 0 },
  };
}

/** The Lease as the claimant wants it: renewed when it held it already, else taken over. */
export function claimedLease(lease: KubeObject, claim: Claim): KubeObject {
  return { ...lease, spec: claimedSpec(specOf(lease), claim) };
}

function claimedSpec(before: LeaseSpec, { identity, durationMs, epochMs }: Claim): LeaseSpec {
  const now = microTime(epochMs);
  const renewed = before.holderIdentity === identity;
  const transitions = before.leaseTransitions ?? 0;
  return {
    ...before,
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(durationMs / 1000),
    acquireTime: renewed ? (before.acquireTime ?? now) : now,
    renewTime: now,
    leaseTransitions: renewed ? transitions : transitions + 1,
  };
}

/** The Lease given back: nobody holds it, and it would run out at once. */
export function releasedLease(lease: KubeObject, epochMs: number): KubeObject {
  const now = microTime(epochMs);
  const spec = { ...specOf(lease), holderIdentity: "", leaseDurationSeconds: 1, acquireTime: now, renewTime: now };
  return { ...lease, spec };
}
