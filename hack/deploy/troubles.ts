import type { KubeObject } from "../../src/kube/object.ts";
import type { PodTrouble } from "../../src/kube/pod-trouble.ts";
import { refusalOfPods, troubleOfPod as toldByStatus } from "../../src/kube/pod-trouble.ts";

/** Why a pod does not come up: what and the remedy, in one sentence. */
export interface Trouble {
  readonly sentence: string;
  /** It does not go away by waiting. */
  readonly final: boolean;
}

/** What keeps a pod of the operator from being ready; there is always an answer. */
export function troubleOfPod(pod: KubeObject): Trouble {
  const { name, namespace = "" } = pod.metadata;
  const trouble = toldByStatus(pod);
  if (trouble !== undefined) return inWords(trouble, { pod: name, namespace });
  const { containerStatuses = [] } = (pod["status"] ?? {}) as { readonly containerStatuses?: readonly object[] };
  const sentence =
    containerStatuses.length > 0
      ? `pod ${name} runs and does not become ready: see ${logOf(name, namespace)}`
      : notStarted(name, namespace);
  return { final: false, sentence };
}

function inWords(
  trouble: PodTrouble,
  { pod, namespace }: { readonly pod: string; readonly namespace: string },
): Trouble {
  if (trouble.kind === "notScheduled") {
    const sentence = `pod ${pod} waits, no node takes it: ${trouble.message} (${describing(pod, namespace)})`;
    return { final: false, sentence };
  }
  if (trouble.kind === "notStarted") return { final: false, sentence: notStarted(pod, namespace) };
  if (trouble.kind === "ending") {
    const said = lastLine(trouble.lastWords);
    const why = said === undefined ? `see ${logOf(pod, namespace)} --previous` : `it says: ${said}`;
    return { final: trouble.backsOff, sentence: `the operator ended with exit code ${trouble.exitCode}, ${why}` };
  }
  const { kind, image, reason, message } = trouble;
  return kind === "imageNotPulled"
    ? { final: reason !== "ErrImagePull", sentence: `image ${image} cannot be pulled (${message}): ${pullRemedy}` }
    : {
        final: reason === "CreateContainerConfigError",
        sentence: `the container of pod ${pod} cannot start: ${message}`,
      };
}

const pullRemedy =
  "look whether make image-push has pushed it, whether the nodes reach the registry, and whether ServiceAccount onecloud-operator-manager needs imagePullSecrets";

function notStarted(pod: string, namespace: string): string {
  return `pod ${pod} waits, it has not started (${describing(pod, namespace)})`;
}

function describing(pod: string, namespace: string): string {
  return `kubectl describe pod -n ${namespace} ${pod}`;
}

function logOf(pod: string, namespace: string): string {
  return `kubectl logs -n ${namespace} ${pod}`;
}

/** What keeps a Deployment from making its pods at all; undefined when nothing does. */
export function troubleOfDeployment(deployment: KubeObject): Trouble | undefined {
  const refusal = refusalOfPods(deployment);
  if (refusal === undefined) return undefined;
  const { namespace = "" } = deployment.metadata;
  const where = `look at quotas and admission policies of namespace ${namespace}`;
  return { final: false, sentence: `no pod can be made (${refusal}): ${where}` };
}

/** The operator tells a failure in the last line that it writes. */
function lastLine(text: string): string | undefined {
  return text.trimEnd().split("\n").at(-1)?.trim() || undefined;
}
