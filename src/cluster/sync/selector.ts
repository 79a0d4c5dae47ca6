import type { KubeObject } from "../../kube/object.ts";

interface Selecting {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

/** Whether a workload selects other pods than it is wanted to: selectors cannot be changed. */
export function hasOtherSelector(wanted: KubeObject, live: KubeObject): boolean {
  return selectorText(wanted) !== selectorText(live);
}

/** Whether a workload selects pods with these labels. */
export function selects(workload: KubeObject, labels: Readonly<Record<string, string>>): boolean {
  const { selector } = workload["spec"] as Selecting;
  const wanted = Object.entries(selector?.matchLabels ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

function selectorText(object: KubeObject): string {
  const { selector } = object["spec"] as Selecting;
  const labels = Object.entries(selector?.matchLabels ?? {});
  return JSON.stringify(labels.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
