import { isDeepStrictEqual } from "node:util";
import { rows } from "../cluster/sync/kinds.ts";
import { hunksOfChange, inReadingOrder, labelOf } from "./change-text.ts";
import type { Change } from "./masking.ts";
import { tableText } from "./table.ts";

const actions = ["create", "update", "replace", "delete"] as const;

/** What would become of one object. */
interface Line {
  readonly action: (typeof actions)[number];
  readonly object: string;
  /** Added and removed lines, as a diff shows them. */
  readonly size: string;
  /** Whether pods that run are replaced by others. */
  readonly restarts: boolean;
}

/** One line for each object that would be made, changed or removed, and how many there are; empty when there is none. */
export function summaryText(changes: readonly Change[]): string {
  const lines = inReadingOrder(changes).flatMap(linesOf);
  if (lines.length === 0) return "";
  const cells = lines.map(({ action, object, size, restarts }) => [action, object, size, restarts ? "restart" : ""]);
  return `${tableText([["CHANGE", "OBJECT", "LINES", "PODS"], ...cells])}\n${totalOf(lines)}\n`;
}

function linesOf(change: Change): readonly Line[] {
  const marks = hunksOfChange(change).map((line) => line[0]);
  if (marks.length === 0) return [];
  const count = (mark: "+" | "-"): number => marks.filter((one) => one === mark).length;
  const size = `+${count("+")} -${count("-")}`;
  return [{ action: actionOf(change), object: labelOf(change), size, restarts: isRestart(change) }];
}

function actionOf({ before, after }: Change): Line["action"] {
  if (before === undefined) return "create";
  if (after === undefined) return "delete";
  const row = rows.find(({ kind }) => kind.kind === after.kind);
  return row?.mustReplace?.(after, before) === true ? "replace" : "update";
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly template?: unknown;
  readonly updateStrategy?: { readonly type?: string };
}

/** Whether pods are made anew because their template differs; those of a DaemonSet with OnDelete wait for a person. */
function isRestart({ before, after }: Change): boolean {
  if (before === undefined || after === undefined) return false;
  const [was, is] = [before, after].map((object): WorkloadSpec => object["spec"] ?? {}) as [WorkloadSpec, WorkloadSpec];
  const runs = was.template !== undefined && was.replicas !== 0 && is.updateStrategy?.type !== "OnDelete";
  return runs && !isDeepStrictEqual(was.template, is.template);
}

function totalOf(lines: readonly Line[]): string {
  const counted = actions.map((action) => [lines.filter((line) => line.action === action).length, action] as const);
  const parts = counted.filter(([count]) => count > 0).map(([count, action]) => `${count} to ${action}`);
  return `${parts.join(", ")}; ${restartsOf(lines.filter((line) => line.restarts).length)}`;
}

function restartsOf(count: number): string {
  if (count === 0) return "no pods restart";
  return count === 1 ? "the pods of 1 workload restart" : `the pods of ${count} workloads restart`;
}
