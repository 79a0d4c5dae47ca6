import type { KubeObject } from "../kube/object.ts";
import { annotationKeys } from "./api/names.ts";

/**
 * Why nothing is written for a cluster, in a sentence that says how to resume; `undefined` when it is not paused. A value
 * that is neither yes nor no pauses too: who wrote it wanted the operator to keep its hands off.
 */
export function pauseOf({ metadata }: KubeObject): string | undefined {
  const value = metadata.annotations?.[annotationKeys.paused];
  if (value === undefined || value === "" || value === "false") return undefined;
  const strange = value === "true" ? "" : ` (it is ${JSON.stringify(value)}; write "true" or "false")`;
  return (
    `annotation ${annotationKeys.paused} is set${strange}: nothing is written for this cluster until it is taken off; ` +
    "onecloud-operator diff shows what waits"
  );
}
