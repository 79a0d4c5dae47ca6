import type { KubeObject } from "../../src/kube/object.ts";

/** Why a pod does not come up: what and the remedy, in one sentence. */
export interface Trouble {
  readonly sentence: string;
  /** It does not go away by waiting. */
  readonly final: boolean;
}

interface ContainerStatus {
  readonly image: string;
  readonly restartCount: number;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
  readonly lastState?: { readonly terminated?: { readonly exitCode: number; readonly message?: string } };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface PodStatus {
  readonly conditions?: readonly Condition[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

const unpulled = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName"];
const unmade = ["CreateContainerConfigError", "CreateContainerError", "RunContainerError"];

/** What keeps a pod of the operator from being ready; there is always an answer. */
export function troubleOfPod(pod: KubeObject): Trouble {
  const { containerStatuses = [], conditions = [] } = (pod["status"] ?? {}) as PodStatus;
  const { name, namespace = "" } = pod.metadata;
  const [status] = containerStatuses;
  const log = `kubectl logs -n ${namespace} ${name}`;
  if (status !== undefined) return troubleOfContainer(status, name, log);
  const scheduled = conditions.find(({ type }) => type === "PodScheduled");
  const why = scheduled?.status === "False" ? `no node takes it: ${sentence(scheduled.message)}` : "it has not started";
  return { final: false, sentence: `pod ${name} waits, ${why} (kubectl describe pod -n ${namespace} ${name})` };
}

function troubleOfContainer(status: ContainerStatus, pod: string, log: string): Trouble {
  const { reason = "", message } = status.state?.waiting ?? {};
  const ended = status.lastState?.terminated;
  if (unpulled.includes(reason))
    return { final: reason !== "ErrImagePull", sentence: unpulledSentence(status, message) };
  if (unmade.includes(reason))
    return {
      final: reason === "CreateContainerConfigError",
      sentence: `the container of pod ${pod} cannot start: ${sentence(message)}`,
    };
  if (ended !== undefined && status.restartCount > 0) {
    const said = lastLine(ended.message);
    const why = said === undefined ? `see ${log} --previous` : `it says: ${said}`;
    return {
      final: reason === "CrashLoopBackOff",
      sentence: `the operator ended with exit code ${ended.exitCode}, ${why}`,
    };
  }
  return { final: false, sentence: `pod ${pod} runs and does not become ready: see ${log}` };
}

function unpulledSentence({ image }: ContainerStatus, message?: string): string {
  const remedy =
    "look whether make image-push has pushed it, whether the nodes reach the registry, and whether ServiceAccount onecloud-operator-manager needs imagePullSecrets";
  return `image ${image} cannot be pulled (${sentence(message)}): ${remedy}`;
}

/** What keeps a Deployment from making its pods at all; undefined when nothing does. */
export function troubleOfDeployment(deployment: KubeObject): Trouble | undefined {
  const { conditions = [] } = (deployment["status"] ?? {}) as PodStatus;
  const failure = conditions.find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  if (failure === undefined) return undefined;
  const { namespace = "" } = deployment.metadata;
  const where = `look at quotas and admission policies of namespace ${namespace}`;
  return { final: false, sentence: `no pod can be made (${sentence(failure.message)}): ${where}` };
}

function sentence(text: string | undefined): string {
  return (text ?? "Kubernetes does not say why")
    .trim()
    .replaceAll(/\s*\n\s*/g, " ")
    .replace(/\.$/, "");
}

/** The operator tells a failure in the last line that it writes. */
function lastLine(text = ""): string | undefined {
  return text.trimEnd().split("\n").at(-1)?.trim() || undefined;
}
