import type { KubeObject } from "../../kube/object.ts";
import { kind, labelKeys } from "../api/names.ts";
import type { Applying, Waiting } from "./apply.ts";
import { rowOf } from "./kinds.ts";
import type { Outcome } from "./outcome.ts";

const beingDeleted: Waiting = {
  reason: "BeingDeleted",
  message: "the object is being deleted; it is made again when it is gone",
};

/**
 * Why a live object is not the cluster's to change: it is a stranger's, or goes in a moment, alone or with a deleted cluster
 * of the same name. `undefined` for the cluster's own, and for what it takes up.
 */
export function ownedElsewhere(
  live: KubeObject,
  wanted: KubeObject,
  how: Applying,
): Omit<Outcome, "object"> | undefined {
  const { deletionTimestamp, ownerReferences = [] } = live.metadata;
  if (deletionTimestamp !== undefined) return { action: "waiting", ...beingDeleted };
  const controller = ownerReferences.find((reference) => reference.controller === true);
  if (controller === undefined) return isTakenUp(live, wanted, how) ? undefined : foreign(live, whoseIs(live, wanted));
  if (controller.uid === how.owner.uid) return undefined;
  const isFormer = controller.kind === kind && controller.name === how.owner.name;
  if (isFormer) return { action: "waiting", ...beingDeleted };
  return foreign(live, `belongs to ${controller.kind} ${controller.name}: rename or remove it`);
}

/** Labels by which an object says to which cluster it belongs. */
const belonging = [labelKeys.name, labelKeys.managedBy, labelKeys.instance];

/** Data is taken up by its name, unless it says that another cluster uses it; other objects where a cluster of this name has left them. */
function isTakenUp(live: KubeObject, wanted: KubeObject, { otherInstances }: Applying): boolean {
  const labels = live.metadata.labels ?? {};
  if (rowOf(live).data === true) return !otherInstances.includes(labels[labelKeys.instance] ?? "");
  return belonging.every((key) => labels[key] !== undefined && labels[key] === wanted.metadata.labels?.[key]);
}

function whoseIs(live: KubeObject, wanted: KubeObject): string {
  if (rowOf(live).data === true) {
    const instance = live.metadata.labels?.[labelKeys.instance] ?? "";
    return `belongs to another cluster, ${labelKeys.instance}=${instance}: rename or remove it, or change that label`;
  }
  const labels = belonging.map((key) => `${key}=${wanted.metadata.labels?.[key] ?? ""}`).join(", ");
  return `was not made for this cluster: rename or remove it, or, to have it taken over, give it the labels ${labels}`;
}

function foreign({ kind: is, metadata }: KubeObject, whose: string): Omit<Outcome, "object"> {
  return { action: "failed", reason: "ForeignObject", message: `${is} ${metadata.name} ${whose}` };
}
