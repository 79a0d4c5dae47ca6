import { describe, expect, it } from "vitest";
import { troubleOfDeployment, troubleOfPod } from "../../../hack/deploy/troubles.ts";
import type { KubeObject } from "../../../src/kube/object.ts";

const image = "registry.example.com/team/onecloud-operator:v0.1.0";

function pod(status: object): KubeObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "operator-1", namespace: "onecloud" }, status };
}

function container(state: object, more: object = {}): KubeObject {
  return pod({ containerStatuses: [{ image, restartCount: 0, state, ...more }] });
}

function waiting(reason: string, message: string, more: object = {}): KubeObject {
  return container({ waiting: { reason, message } }, more);
}

describe("what keeps a pod of the operator from being ready", () => {
  it("is told at once when an image cannot be pulled, and only in the end while the node still tries", () => {
    const { final, sentence } = troubleOfPod(waiting("ImagePullBackOff", 'Back-off pulling image "x": not found.'));
    expect(sentence).toContain(
      `image ${image} cannot be pulled (Back-off pulling image "x": not found): look whether make image-push`,
    );
    expect(final).toBe(true);
    expect(troubleOfPod(waiting("InvalidImageName", "bad name")).final).toBe(true);
    expect(troubleOfPod(waiting("ErrImagePull", "i/o timeout")).final).toBe(false);
  });

  it("is the last line that the operator wrote when it ends again and again", () => {
    const message = '{"msg":"operator starts"}\nerror: POD_NAMESPACE is no namespace\n';
    const ended = { restartCount: 2, lastState: { terminated: { exitCode: 2, message } } };
    expect(troubleOfPod(waiting("CrashLoopBackOff", "back-off", ended))).toEqual({
      final: true,
      sentence: "the operator ended with exit code 2, it says: error: POD_NAMESPACE is no namespace",
    });
    const silent = { restartCount: 1, lastState: { terminated: { exitCode: 137 } } };
    expect(troubleOfPod(container({ running: {} }, silent))).toEqual({
      final: false,
      sentence: "the operator ended with exit code 137, see kubectl logs -n onecloud operator-1 --previous",
    });
  });

  it("is a container that cannot be made, a node that is missing, or readiness", () => {
    expect(troubleOfPod(waiting("CreateContainerConfigError", "image will run as root")).sentence).toBe(
      "the container of pod operator-1 cannot start: image will run as root",
    );
    const unscheduled = {
      type: "PodScheduled",
      status: "False",
      message: "0/3 nodes are available: 3 Insufficient memory.",
    };
    expect(troubleOfPod(pod({ conditions: [unscheduled] })).sentence).toBe(
      "pod operator-1 waits, no node takes it: 0/3 nodes are available: 3 Insufficient memory (kubectl describe pod -n onecloud operator-1)",
    );
    expect(troubleOfPod(pod({})).sentence).toContain("it has not started");
    expect(troubleOfPod(container({ running: {} })).sentence).toBe(
      "pod operator-1 runs and does not become ready: see kubectl logs -n onecloud operator-1",
    );
  });

  it("is what refuses its pods, where there are none", () => {
    const failure = { type: "ReplicaFailure", status: "True", message: "exceeded quota: none" };
    const deployment = { ...pod({ conditions: [failure] }), kind: "Deployment" };
    expect(troubleOfDeployment(deployment)?.sentence).toBe(
      "no pod can be made (exceeded quota: none): look at quotas and admission policies of namespace onecloud",
    );
    expect(troubleOfDeployment(pod({}))).toBeUndefined();
  });
});
