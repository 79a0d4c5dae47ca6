import { denialOf, isForbidden, isInvalid } from "../../kube/api-error.ts";
import { storageClasses } from "../../kube/kinds.ts";
import type { KubeObject } from "../../kube/object.ts";
import { parseQuantity, sameQuantity } from "../api/quantity.ts";
import type { Complaint } from "./outcome.ts";
import type { Store } from "./store.ts";

/** What is sent for an object that exists, and what of the wish cannot be done. */
export interface Reconciled {
  readonly object: KubeObject;
  readonly complaints: readonly Complaint[];
}

interface ClaimSpec {
  readonly accessModes?: readonly string[];
  readonly storageClassName?: string;
  readonly resources?: { readonly requests?: { readonly storage?: string | number } };
}

function specOf(object: KubeObject): ClaimSpec {
  return object["spec"] ?? {};
}

function sizeOf(spec: ClaimSpec): string | number {
  return spec.resources?.requests?.storage ?? 0;
}

/**
 * A claim that exists is never deleted to change it: it gets its labels and a larger request. What else the wish says
 * becomes a complaint, and the live value stays.
 */
export function claimToApply(wanted: KubeObject, live: KubeObject): Reconciled {
  const [wish, is] = [specOf(wanted), specOf(live)];
  const smaller = (parseQuantity(sizeOf(wish)) ?? 0) < (parseQuantity(sizeOf(is)) ?? 0);
  const storage = smaller ? sizeOf(is) : sizeOf(wish);
  const spec = {
    accessModes: is.accessModes,
    storageClassName: is.storageClassName,
    resources: { requests: { storage } },
  };
  const complaints = [
    ...(smaller ? [smallerRequest(live, wish, is)] : []),
    ...unchangeable(live, "storageClassName", [wish.storageClassName, is.storageClassName]),
    ...unchangeable(live, "accessModes", [wish.accessModes?.join(), is.accessModes?.join()]),
    ...refusedExpansion(live),
  ];
  return { object: { ...wanted, spec }, complaints };
}

function smallerRequest(live: KubeObject, wish: ClaimSpec, is: ClaimSpec): Complaint {
  return {
    reason: "ClaimCannotShrink",
    message:
      `requests.storage asks for ${sizeOf(wish)}, but claim ${live.metadata.name} has ${sizeOf(is)} and volumes cannot shrink: ` +
      `set requests.storage to ${sizeOf(is)} or more`,
  };
}

function unchangeable(
  live: KubeObject,
  field: string,
  [wish, is]: readonly [string | undefined, string | undefined],
): readonly Complaint[] {
  if (wish === is || wish === undefined) return [];
  return [
    {
      reason: "ClaimCannotChange",
      message:
        `${field} asks for ${wish}, but claim ${live.metadata.name} has ${is} and that cannot be changed: ` +
        `set ${field} back to ${is}, or disable the component, move its data, delete the claim and enable it again`,
    },
  ];
}

/** Why a new claim would wait for ever: its storage class does not exist. Nothing is said where the operator may not look. */
export async function missingClass(wanted: KubeObject, store: Pick<Store, "get">): Promise<Complaint | undefined> {
  const { storageClassName: name = "" } = specOf(wanted);
  if (name === "" || (await isThere(name, store))) return undefined;
  const message = `storageClassName asks for ${name}, and there is no such StorageClass: create it, or name another one`;
  return { reason: "StorageClassMissing", message };
}

async function isThere(name: string, store: Pick<Store, "get">): Promise<boolean> {
  try {
    return (await store.get(storageClasses, { name })) !== undefined;
  } catch (error) {
    if (denialOf(error) === undefined) throw error;
    return true;
  }
}

interface ClaimCondition {
  readonly type: string;
  readonly message?: string;
}

interface ClaimStatus {
  readonly conditions?: readonly ClaimCondition[];
  readonly allocatedResourceStatuses?: Readonly<Record<string, string>>;
  readonly capacity?: Readonly<Record<string, string>>;
}

function refusedExpansion(live: KubeObject): readonly Complaint[] {
  const status: ClaimStatus = live["status"] ?? {};
  const why = whyNotExpanded(status);
  if (why === undefined) return [];
  const has = status.capacity?.["storage"] ?? "less";
  return [notExpanded(live, `still has ${has}: ${why}; make room for it, expansion is tried again`)];
}

function whyNotExpanded({ conditions = [], allocatedResourceStatuses = {} }: ClaimStatus): string | undefined {
  const refused = conditions.find(({ type }) => type === "ControllerResizeError" || type === "NodeResizeError");
  const infeasible = allocatedResourceStatuses["storage"]?.endsWith("Infeasible") === true;
  return refused?.message ?? (refused !== undefined || infeasible ? "its storage cannot grow" : undefined);
}

/**
 * What is sent after the API server has refused a larger request, as it does where the storage class lets no volume grow:
 * the size that the claim has. `undefined` where the refusal is about something else.
 */
export function withoutExpansion(refused: Reconciled, live: KubeObject, error: unknown): Reconciled | undefined {
  const spec = specOf(refused.object);
  const [asked, has] = [sizeOf(spec), sizeOf(specOf(live))];
  if (!(isForbidden(error) || isInvalid(error)) || sameQuantity(asked, has)) return undefined;
  const remedy = `set requests.storage back to ${has}, or let the storage class expand volumes`;
  const complaint = notExpanded(refused.object, `has ${has}, and expansion is refused: ${remedy} (${error.message})`);
  const object = { ...refused.object, spec: { ...spec, resources: { requests: { storage: has } } } };
  return { object, complaints: [...refused.complaints, complaint] };
}

function notExpanded(claim: KubeObject, rest: string): Complaint {
  const message = `requests.storage asks for ${sizeOf(specOf(claim))}, but claim ${claim.metadata.name} ${rest}`;
  return { reason: "ClaimNotExpanded", message };
}
