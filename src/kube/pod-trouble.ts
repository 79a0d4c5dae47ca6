import type { KubeObject } from "./object.ts";

/** What keeps a pod from being ready, as its status tells it; messages are those of Kubernetes, on one line. */
export type PodTrouble =
  | { readonly kind: "notScheduled"; readonly message: string }
  /** No container has started; `since` is when the node took the pod, as Kubernetes writes times. It may be normal for a while. */
  | { readonly kind: "notStarted"; readonly since: string }
  | (InContainer & {
      readonly kind: "imageNotPulled" | "containerNotMade";
      /** What the container waits for, `ImagePullBackOff`. */
      readonly reason: string;
      readonly message: string;
    })
  | (InContainer & {
      readonly kind: "ending";
      readonly exitCode: number;
      readonly restarts: number;
      /** Whether Kubernetes waits before it starts the container again. */
      readonly backsOff: boolean;
      /** What the container left to be read, often the end of its log: it may hold anything, a credential too. */
      readonly lastWords: string;
    });

interface InContainer {
  readonly container: string;
  readonly image: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly ready?: boolean;
  readonly restartCount: number;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
  readonly lastState?: { readonly terminated?: { readonly exitCode: number; readonly message?: string } };
}

interface PodStatus {
  readonly startTime?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

/** The first trouble of a pod, in the order in which its containers start; `undefined` when it is ready or only on its way. */
export function troubleOfPod(pod: KubeObject): PodTrouble | undefined {
  const status = (pod["status"] ?? {}) as PodStatus;
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const found = all.filter(({ ready }) => ready !== true).map(troubleOfContainer);
  return found.find((trouble) => trouble !== undefined) ?? unscheduled(status) ?? unstarted(all, status);
}

function unscheduled({ conditions = [] }: PodStatus): PodTrouble | undefined {
  const scheduled = conditions.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  return { kind: "notScheduled", message: onOneLine(scheduled.message) };
}

function unstarted(all: readonly ContainerStatus[], { startTime }: PodStatus): PodTrouble | undefined {
  const waits = all.length > 0 && all.every(({ state }) => state?.waiting !== undefined);
  return waits && startTime !== undefined ? { kind: "notStarted", since: startTime } : undefined;
}

const unpulled = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName"];
const unmade = ["CreateContainerConfigError", "CreateContainerError", "RunContainerError"];

function troubleOfContainer({
  name: container,
  image,
  state,
  lastState,
  restartCount: restarts,
}: ContainerStatus): PodTrouble | undefined {
  const { reason = "", message } = state?.waiting ?? {};
  const where = { container, image };
  if (unpulled.includes(reason)) return { kind: "imageNotPulled", ...where, reason, message: causeOf(message) };
  if (unmade.includes(reason)) return { kind: "containerNotMade", ...where, reason, message: onOneLine(message) };
  const ended = lastState?.terminated;
  if (ended === undefined || restarts === 0) return undefined;
  const { exitCode, message: lastWords = "" } = ended;
  return { kind: "ending", ...where, exitCode, restarts, backsOff: reason === "CrashLoopBackOff", lastWords };
}

/** The kubelet says by turns what went wrong, and that it waits because that went wrong. */
function causeOf(message: string | undefined): string {
  return onOneLine(message).replace(/^Back-off pulling image "[^"]*": \w+: /, "");
}

/** Why the pods of a workload are refused, by a quota or an admission policy for instance; `undefined` when they are not. */
export function refusalOfPods({ status }: KubeObject): string | undefined {
  const { conditions = [] } = (status ?? {}) as Pick<PodStatus, "conditions">;
  const failure = conditions.find((condition) => condition.type === "ReplicaFailure" && condition.status === "True");
  return failure && onOneLine(failure.message);
}

/** Text of Kubernetes as a part of a sentence. */
function onOneLine(text = "Kubernetes does not say why"): string {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, " ")
    .replace(/\.$/, "");
}
