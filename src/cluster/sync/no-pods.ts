import type { KubeObject } from "../../kube/object.ts";
import type { NodeLabel } from "../api/names.ts";
import { nodeLabelText } from "../api/names.ts";
import type { Waiting } from "./apply.ts";

interface Requirement {
  readonly key: string;
  readonly values?: readonly string[];
}

interface PodPlacement {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: {
        readonly nodeSelectorTerms?: readonly { readonly matchExpressions?: readonly Requirement[] }[];
      };
    };
  };
}

/** What to say of a component whose workloads want no pod, because they run on marked nodes and none is; `undefined` when they run anywhere. */
export function reasonForNoPods(workloads: readonly KubeObject[]): Waiting | undefined {
  const [asked] = workloads.map(nodesAskedFor).filter((text) => text !== "");
  return asked === undefined
    ? undefined
    : { reason: "NoNodes", message: `it runs no pods, because no node is seen that has ${asked}` };
}

/** The node labels that a workload asks for, as a person writes them. */
function nodesAskedFor(workload: KubeObject): string {
  const { template } = workload["spec"] as { readonly template?: { readonly spec?: PodPlacement } };
  const { nodeSelector = {}, affinity } = template?.spec ?? {};
  const selected = Object.entries(nodeSelector).map(([key, value]) => nodeLabelText({ key, value }));
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const alternatives = terms.map(({ matchExpressions = [] }) =>
    matchExpressions.flatMap(labelsOf).map(nodeLabelText).join(" and "),
  );
  return [...selected, ...(alternatives.length > 0 ? [alternatives.join(" or ")] : [])].join(" and ");
}

function labelsOf({ key, values = [] }: Requirement): readonly NodeLabel[] {
  return values.map((value) => ({ key, value }));
}
