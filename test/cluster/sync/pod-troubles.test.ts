import { describe, expect, it } from "vitest";
import type { ComponentStatus } from "../../../src/cluster/api/status.ts";
import { heldBack, syncComponent, withCauses } from "../../../src/cluster/sync/component.ts";
import type { TroubledPod } from "../../../src/cluster/sync/pod-troubles.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import type { PodTrouble } from "../../../src/kube/pod-trouble.ts";
import { syncingOn } from "../../support/carrying.ts";
import { componentOf } from "../../support/cluster-scope.ts";
import { memoryStore } from "../../support/memory-store.ts";
import { plainDeployment } from "../../support/plain-objects.ts";

const region = componentOf("region");
const image = "registry.example.com/region:v1";
const deployment = plainDeployment("prod-region", { image, replicas: 2 });
const { matchLabels } = (deployment["spec"] as { readonly selector: { readonly matchLabels: Record<string, string> } })
  .selector;

function pod(trouble: PodTrouble, labels: Readonly<Record<string, string>> = matchLabels): TroubledPod {
  return { name: "prod-region-1", labels: { ...labels, "pod-template-hash": "1" }, trouble };
}

const unpulled: PodTrouble = {
  kind: "imageNotPulled",
  container: "region",
  image,
  reason: "ErrImagePull",
  message: "not found",
};
const ending: PodTrouble = {
  kind: "ending",
  container: "init",
  image,
  exitCode: 2,
  restarts: 4,
  backsOff: true,
  lastWords: "cannot log in with password hunter2",
};

/** The status of region with these pods in trouble, with how often somebody looked at them. */
async function told(troubled: readonly TroubledPod[], status: object = {}, before: Partial<ComponentStatus> = {}) {
  const store = memoryStore();
  await syncComponent(region, [deployment], syncingOn(store));
  store.put({ ...(store.look("Deployment", "prod-region") as KubeObject), status });
  const result = await syncComponent(region, [deployment], syncingOn(store, before));
  let looks = 0;
  const look = (): Promise<readonly TroubledPod[]> => {
    looks += 1;
    return Promise.resolve(troubled);
  };
  const objectsOf = new Map([["region", [deployment]]]);
  const [explained] = await withCauses([result], { objectsOf, store, troubled: look });
  return { ...explained?.status, looks };
}

describe("a component whose pods do not come", () => {
  it("is Failed with the image that cannot be pulled, and says where to look", async () => {
    expect(await told([pod(unpulled)])).toMatchObject({
      phase: "Failed",
      reason: "ImageNotPulled",
      ready: "0/2",
      message: expect.stringMatching(
        /^image registry.example.com\/region:v1 cannot be pulled \(not found\): look whether spec.regionServer and /,
      ),
    });
  });

  it("is Failed with a container that ends, and shows nothing of what that wrote", async () => {
    const { message, ...status } = await told([pod(ending)]);
    expect(status).toMatchObject({ phase: "Failed", reason: "ContainerEnding" });
    expect(message).toBe(
      "container init ends again and again, last with exit code 2: see kubectl logs -n onecloud prod-region-1 -c init --previous",
    );
  });

  it("is Failed with a container that cannot be made", async () => {
    const unmade = { ...unpulled, kind: "containerNotMade", message: 'secret "x" not found' } as const;
    expect(await told([pod(unmade)])).toMatchObject({
      phase: "Failed",
      reason: "ContainerNotMade",
      message:
        'container region cannot be made (secret "x" not found): see kubectl describe pod -n onecloud prod-region-1',
    });
  });

  it("goes on with a pod that no node takes: room may come by itself", async () => {
    const message = `0/3 nodes are available: ${"3 Insufficient memory ".repeat(40)}`;
    const status = await told([pod({ kind: "notScheduled", message })]);
    expect(status).toMatchObject({ phase: "Progressing", reason: "PodNotScheduled" });
    expect(status.message).toMatch(
      /^no node takes pod prod-region-1 \(0\/3 nodes .{280,300}…\): make room, or change /,
    );
  });

  it("goes on with a pod that has not started", async () => {
    const status = await told([pod({ kind: "notStarted", since: "2026-01-01T00:00:00Z" })]);
    expect(status).toMatchObject({ phase: "Progressing", reason: "PodNotStarted" });
    expect(status.message).toContain(
      "pod prod-region-1 has not started for more than a minute, because it still pulls",
    );
  });

  it("tells a failure before a pod that waits for room", async () => {
    const waits = pod({ kind: "notScheduled", message: "no room" });
    expect(await told([waits, pod(ending)])).toMatchObject({ reason: "ContainerEnding" });
  });

  it("is Failed when pods are refused", async () => {
    const conditions = [{ type: "ReplicaFailure", status: "True", message: "exceeded quota: compute" }];
    expect(await told([], { conditions })).toMatchObject({
      phase: "Failed",
      reason: "PodNotMade",
      message:
        "no pod can be made (exceeded quota: compute): look at the quotas and admission policies of the namespace",
    });
  });

  it("stays as it is while nothing is seen of the cause, and whatever befalls the pods of others", async () => {
    const other = pod(unpulled, { app: "other" });
    expect(await told([other])).toMatchObject({ phase: "Progressing", reason: "RollingOut", looks: 1 });
  });

  it("has run, so that it is repaired whatever it depends on", () => {
    const before = { phase: "Failed", reason: "ImageNotPulled" } as const;
    expect(heldBack(region, { isPending: () => true, before })).toBeUndefined();
  });

  it("that is scaled up goes on doing so when its new pod finds room", async () => {
    const one = { observedGeneration: 9, replicas: 2, updatedReplicas: 2, availableReplicas: 1 };
    const conditions = [{ type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" }];
    const before = { phase: "Failed", reason: "ImageNotPulled", ready: "1/2" } as const;
    expect(await told([], { ...one, conditions }, before)).toMatchObject({
      phase: "Progressing",
      reason: "RollingOut",
    });
  });
});

describe("a component whose pods have come", () => {
  it("is no reason to look at pods", async () => {
    const come = { observedGeneration: 9, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
    expect(await told([pod(unpulled)], come)).toMatchObject({ phase: "Ready", looks: 0 });
  });
});
