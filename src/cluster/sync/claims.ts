import type { KubeObject } from "../../kube/object.ts";
import { parseQuantity } from "../api/quantity.ts";
import type { Complaint } from "./outcome.ts";

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

interface ClaimCondition {
  readonly type: string;
  readonly message?: string;
}

function refusedExpansion(live: KubeObject): readonly Complaint[] {
  const { conditions = [], allocatedResourceStatuses = {} } = (live["status"] ?? {}) as {
    readonly conditions?: readonly ClaimCondition[];
    readonly allocatedResourceStatuses?: Readonly<Record<string, string>>;
  };
  const refused = conditions.find(({ type }) => type === "ControllerResizeError" || type === "NodeResizeError");
  if (refused === undefined && !allocatedResourceStatuses["storage"]?.endsWith("Infeasible")) return [];
  const why = refused?.message ?? "its storage cannot grow";
  return [
    {
      reason: "ClaimNotExpanded",
      message: `requests.storage was raised, but claim ${live.metadata.name} was not expanded: ${why}`,
    },
  ];
}
