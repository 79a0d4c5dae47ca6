import { beforeAll, describe, expect, it } from "vitest";
import type { ComponentStatus } from "../../src/cluster/api/status.ts";
import { runHere } from "../cli/recording-terminal.ts";
import { eventually } from "../support/control-plane.ts";
import { type Installation, insideOnly, startInstallation } from "../support/installation.ts";
import { untilReady } from "../support/operator.ts";
import { applyObject, type ClusterAt, conditionIn, patchSpec, untilStatus } from "../support/user.ts";

let installation: Installation;
let cluster: ClusterAt;

beforeAll(async () => {
  installation = await startInstallation();
  cluster = await installation.install(insideOnly());
  await untilReady(cluster.plane, cluster.namespace, cluster.name);
  return () => installation.end();
});

/** Resolves with the entry of a component once it has that reason. */
async function untilTold(component: string, reason: string): Promise<ComponentStatus> {
  const entryIn = (status: object): ComponentStatus => (status as Record<string, ComponentStatus>)[component] as never;
  return entryIn(await untilStatus(cluster, (status) => entryIn(status)?.reason === reason));
}

/** Name of the one pod of a component that waits for a node. */
async function pendingPod(component: string): Promise<string> {
  const { plane, namespace } = cluster;
  const selector = ["--selector", `app.kubernetes.io/component=${component}`];
  return await eventually(async () => {
    const pending = ["--field-selector", "status.phase=Pending", "--output", "name"];
    const [name = ""] = (await plane.kubectl(["get", "pods", "--namespace", namespace, ...selector, ...pending])).split(
      "\n",
    );
    expect(name).toMatch(/^pod\//);
    return name;
  });
}

describe("a platform whose pods do not come", () => {
  it("names the pod that no node takes, and why", async () => {
    await patchSpec(cluster, { logger: { nodeSelector: { "example.com/rack": "none" } } });
    const { message, phase } = await untilTold("logger", "PodNotScheduled");
    expect(phase).toBe("Progressing");
    expect(message).toMatch(
      /^no node takes pod prod-logger-\S+ \(0\/\d+ nodes are available: .*\): make room, or change .* of spec.logger$/,
    );
  });

  it("names the image that cannot be pulled, in the status and in an event", async () => {
    const { plane, namespace, name } = cluster;
    // What the kubelet of a node would say; here no node has taken the pod.
    const waiting = { reason: "ErrImagePull", message: "manifest unknown" };
    const image = "registry.example.com/logger:typo";
    const container = { name: "logger", image, imageID: "", ready: false, restartCount: 0, state: { waiting } };
    const patch = JSON.stringify({ status: { containerStatuses: [container] } });
    const pod = await pendingPod("logger");
    await plane.kubectl(["patch", pod, "--namespace", namespace, "--subresource", "status", "--patch", patch]);
    const { message, phase } = await untilTold("logger", "ImageNotPulled");
    expect(phase).toBe("Failed");
    expect(message).toContain(`image ${image} cannot be pulled (manifest unknown): look whether spec.logger and `);
    const { stdout } = await runHere(["status", "--namespace", namespace, "--kubeconfig", plane.kubeconfig]);
    expect(stdout).toContain("Degraded, ");
    expect(stdout).toContain("manifest unknown");
    await eventually(async () => {
      const events = await plane.kubectl(["events", "--namespace", namespace, "--for", `onecloudcluster/${name}`]);
      expect(events).toMatch(/Warning\s+ImageNotPulled\s.*logger: image registry.example.com\/logger:typo cannot be/);
    });
  });

  it("is Ready again as soon as they come", async () => {
    await patchSpec(cluster, { logger: { nodeSelector: null } });
    const { message } = await untilStatus(cluster, ({ phase }) => phase === "Ready");
    expect(message).toBeUndefined();
  });

  it("says that a quota refuses them", async () => {
    const { plane, namespace, name } = cluster;
    const metadata = { name: "no-more", namespace };
    await applyObject(plane, { apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: { pods: "0" } } });
    await patchSpec(cluster, { climc: { replicas: 2 } });
    const { message } = await untilTold("climc", "PodNotMade");
    expect(message).toMatch(/^no pod can be made \(.*exceeded quota: no-more.*\): look at the quotas and admission /);
    const degraded = await untilStatus(cluster, (status) => conditionIn(status, "Degraded")?.status === "True");
    expect(degraded.message).toContain("climc: no pod can be made");
    await plane.kubectl(["delete", "resourcequota", "no-more", "--namespace", namespace]);
    await patchSpec(cluster, { climc: { replicas: 1 } });
    await untilReady(plane, namespace, name);
  });
});
