import { pods } from "../../kube/kinds.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { PodTrouble } from "../../kube/pod-trouble.ts";
import { refusalOfPods, troubleOfPod } from "../../kube/pod-trouble.ts";
import { labelKeys, operatorName } from "../api/names.ts";
import type { ComponentStatus } from "../api/status.ts";
import { selects } from "./selector.ts";
import type { Store } from "./store.ts";

/** A pod that does not become ready, and what is seen of the cause. */
export interface TroubledPod {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly trouble: PodTrouble;
}

/** The pods of a platform that are in trouble, as they are now. */
export async function troubledPods(
  store: Pick<Store, "list">,
  { namespace, instance, now }: { readonly namespace: string; readonly instance: string; readonly now: Date },
): Promise<readonly TroubledPod[]> {
  const labels = { [labelKeys.managedBy]: operatorName, [labelKeys.instance]: instance };
  const found = await store.list(pods, namespace, labels);
  return found.flatMap((pod) => {
    const trouble = troubleOfPod(pod);
    const { name, labels: carried = {} } = pod.metadata;
    return trouble === undefined || isPassing(trouble, now) ? [] : [{ name, labels: carried, trouble }];
  });
}

/**
 * Many a service ends once because another one is not there yet, and is well after its second start; and to pull a large image
 * takes its time.
 */
function isPassing(trouble: PodTrouble, now: Date): boolean {
  if (trouble.kind === "notStarted") return now.getTime() - Date.parse(trouble.since) < startsWithinMs;
  return trouble.kind === "ending" && trouble.restarts < 2;
}

const startsWithinMs = 60_000;

type Cause = Pick<ComponentStatus, "reason" | "message"> & Partial<Pick<ComponentStatus, "phase">>;

/** Reasons of a component whose pods are in trouble. */
export const podReasons = [
  "ImageNotPulled",
  "ContainerNotMade",
  "ContainerEnding",
  "PodNotScheduled",
  "PodNotStarted",
  "PodNotMade",
] as const;

type PodReason = (typeof podReasons)[number];

/** What a person has to know to help a component whose pods do not come; `undefined` where nothing is seen of the cause. */
export function causeIn(
  workloads: readonly KubeObject[],
  troubled: readonly TroubledPod[],
  specKey: string,
): Cause | undefined {
  const own = troubled.filter(({ labels }) => workloads.some((workload) => selects(workload, labels)));
  const causes = own.map((pod) => causeOf(pod, { specKey, namespace: workloads[0]?.metadata.namespace ?? "" }));
  return causes.find(({ phase }) => phase === "Failed") ?? causes[0] ?? refusedPods(workloads);
}

interface Place {
  readonly specKey: string;
  readonly namespace: string;
}

function causeOf({ name, trouble }: TroubledPod, { specKey, namespace }: Place): Cause {
  const pod = `-n ${namespace} ${name}`;
  if (trouble.kind === "notScheduled") {
    const remedy = `make room, or change requests, nodeSelector, affinity or tolerations of spec.${specKey}`;
    const message = `no node takes pod ${name} (${shortened(trouble.message)}): ${remedy}`;
    return { reason: "PodNotScheduled" satisfies PodReason, message };
  }
  if (trouble.kind === "notStarted") {
    const why = "it still pulls an image, or waits for a volume or a Secret";
    const message = `pod ${name} has not started for more than a minute, because ${why}: see kubectl describe pod ${pod}`;
    return { reason: "PodNotStarted" satisfies PodReason, message };
  }
  const { kind, container, image } = trouble;
  if (kind === "ending") {
    const remedy = `see kubectl logs ${pod} -c ${container} --previous`;
    const ends = `container ${container} ends again and again, last with exit code ${trouble.exitCode}`;
    return failed("ContainerEnding", `${ends}: ${remedy}`);
  }
  const told = shortened(trouble.message);
  if (kind === "containerNotMade")
    return failed(
      "ContainerNotMade",
      `container ${container} cannot be made (${told}): see kubectl describe pod ${pod}`,
    );
  const remedy = `look whether spec.${specKey} and spec.imageRepository name the right one, whether the nodes reach the registry, and whether spec.imagePullSecrets names the Secret for it`;
  return failed("ImageNotPulled", `image ${image} cannot be pulled (${told}): ${remedy}`);
}

function failed(reason: PodReason, message: string): Cause {
  return { phase: "Failed", reason, message };
}

/** A quota or an admission policy may refuse the pods of a workload. */
function refusedPods(workloads: readonly KubeObject[]): Cause | undefined {
  const refusal = workloads.map(refusalOfPods).find((message) => message !== undefined);
  if (refusal === undefined) return undefined;
  const remedy = "look at the quotas and admission policies of the namespace";
  return failed("PodNotMade", `no pod can be made (${shortened(refusal)}): ${remedy}`);
}

/** What schedulers and registries say can be long. */
function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

const longest = 300;
