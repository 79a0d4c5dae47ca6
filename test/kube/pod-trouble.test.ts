import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { refusalOfPods, troubleOfPod } from "../../src/kube/pod-trouble.ts";

const image = "registry.example.com/keystone:v1";

function pod(status: object): KubeObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "pod-1" }, status };
}

function waiting(reason: string, message?: string) {
  return { name: "api", image, restartCount: 0, state: { waiting: { reason, message } } };
}

function ended(exitCode: number, more: object = {}) {
  return { name: "init", image, restartCount: 3, lastState: { terminated: { exitCode, message: "bye" } }, ...more };
}

describe("the trouble of a pod", () => {
  it("is an image that cannot be pulled, in the same words whether the kubelet tries or waits", () => {
    const refused = "rpc error: not found";
    const trying = troubleOfPod(pod({ containerStatuses: [waiting("ErrImagePull", `${refused}\n`)] }));
    const backingOff = `Back-off pulling image "${image}": ErrImagePull: ${refused}.`;
    const resting = troubleOfPod(pod({ containerStatuses: [waiting("ImagePullBackOff", backingOff)] }));
    const told = { kind: "imageNotPulled", container: "api", image, message: refused };
    expect(trying).toEqual({ ...told, reason: "ErrImagePull" });
    expect(resting).toEqual({ ...told, reason: "ImagePullBackOff" });
  });

  it("is a container that cannot be made", () => {
    const missing = waiting("CreateContainerConfigError", 'secret "prod-keystone" not found');
    expect(troubleOfPod(pod({ containerStatuses: [missing] }))).toMatchObject({
      kind: "containerNotMade",
      message: 'secret "prod-keystone" not found',
    });
  });

  it("is the first container that ends, those that come before the others first", () => {
    const init = ended(1, { state: { waiting: { reason: "CrashLoopBackOff" } } });
    const status = { initContainerStatuses: [init], containerStatuses: [waiting("PodInitializing")] };
    expect(troubleOfPod(pod(status))).toEqual({
      kind: "ending",
      container: "init",
      image,
      exitCode: 1,
      restarts: 3,
      backsOff: true,
      lastWords: "bye",
    });
  });

  it("is a pod that no node takes", () => {
    const conditions = [{ type: "PodScheduled", status: "False", message: "0/1 nodes are available:\n no room." }];
    expect(troubleOfPod(pod({ conditions }))).toEqual({
      kind: "notScheduled",
      message: "0/1 nodes are available: no room",
    });
    const unsaid = [{ type: "PodScheduled", status: "False" }];
    expect(troubleOfPod(pod({ conditions: unsaid }))).toMatchObject({ message: "Kubernetes does not say why" });
  });

  it("is a pod of which nothing has started", () => {
    const startTime = "2026-01-01T00:00:00Z";
    const status = {
      startTime,
      initContainerStatuses: [waiting("PodInitializing")],
      containerStatuses: [waiting("PodInitializing")],
    };
    expect(troubleOfPod(pod(status))).toEqual({ kind: "notStarted", since: startTime });
    const running = { ...waiting(""), state: { running: {} } };
    expect(troubleOfPod(pod({ ...status, initContainerStatuses: [running] }))).toBeUndefined();
  });

  it("is none of one that is ready, also when it has ended before, or that is on its way", () => {
    expect(troubleOfPod(pod({ containerStatuses: [ended(1, { ready: true })] }))).toBeUndefined();
    expect(troubleOfPod(pod({ containerStatuses: [waiting("ContainerCreating")] }))).toBeUndefined();
    expect(troubleOfPod(pod({ conditions: [{ type: "PodScheduled", status: "True" }] }))).toBeUndefined();
    expect(troubleOfPod({ apiVersion: "v1", kind: "Pod", metadata: { name: "new" } })).toBeUndefined();
  });
});

describe("a workload", () => {
  it("tells why its pods are refused, as long as they are", () => {
    const workload = (status: string): KubeObject => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "prod-keystone" },
      status: { conditions: [{ type: "ReplicaFailure", status, message: "exceeded quota: pods." }] },
    });
    expect(refusalOfPods(workload("True"))).toBe("exceeded quota: pods");
    expect(refusalOfPods(workload("False"))).toBeUndefined();
  });
});
