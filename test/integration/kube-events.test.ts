import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient } from "../../src/kube/client.ts";
import { type Connection, loadConnection } from "../../src/kube/connection.ts";
import { createRecorder, type Recorder } from "../../src/kube/events.ts";
import { configMaps, events, namespaces } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { type RecordingLogger, recordingLogger } from "../kube/recording-logger.ts";
import { createNamespace, eventually, sharedControlPlane } from "../support/control-plane.ts";

let client: Client;
let connection: Connection;
let namespace: string;
let recorder: Recorder;
let log: RecordingLogger;

beforeAll(async () => {
  const controlPlane = sharedControlPlane();
  connection = await loadConnection({ kubeconfig: controlPlane.kubeconfig });
  client = createClient(connection);
  namespace = await createNamespace(controlPlane, "events");
  log = recordingLogger();
  const identity = { component: "example.com/controller", instance: "pod-1" };
  recorder = createRecorder({ client, ...identity, logger: log.logger });
});

afterAll(async () => {
  recorder.stop();
  await connection.close();
});

/** Makes a ConfigMap to say something about. */
function subject(name: string, where = namespace): Promise<KubeObject> {
  return client.create(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: where } });
}

async function eventsOf({ metadata }: KubeObject): Promise<readonly KubeObject[]> {
  const { items } = await client.list(events, { fieldSelector: `regarding.name=${metadata.name}` });
  return items;
}

describe("an event recorder on a real API server", () => {
  it("writes an event that kubectl shows with its object", async () => {
    const object = await subject("shown");
    recorder.event(object, "Warning", "Broken", "It is broken.", "Apply");
    await recorder.flush();
    expect(await eventsOf(object)).toMatchObject([
      {
        metadata: { namespace },
        type: "Warning",
        reason: "Broken",
        action: "Apply",
        regarding: { uid: object.metadata.uid },
      },
    ]);
    const { kubectl } = sharedControlPlane();
    expect(await kubectl(["events", "--for", "configmap/shown", "-n", namespace])).toContain("It is broken.");
    expect(log.lines()).toEqual([]);
  });

  it("writes what happens again as a series, and a long note cut", async () => {
    const object = await subject("repeated");
    const note = "ü".repeat(2_000);
    recorder.event(object, "Normal", "Again", note);
    await recorder.flush();
    for (let n = 0; n < 9; n += 1) recorder.event(object, "Normal", "Again", note);
    await recorder.flush();
    const [event, ...others] = await eventsOf(object);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ series: { count: 10 } });
    expect(Buffer.byteLength(String(event?.note))).toBeLessThanOrEqual(1024);
    expect(log.lines()).toEqual([]);
  });

  it("makes the event again, with its count, when it has expired", async () => {
    const object = await subject("expired");
    recorder.event(object, "Normal", "Again", "Once more.");
    await recorder.flush();
    for (const { metadata } of await eventsOf(object)) {
      await client.delete(events, { namespace, name: metadata.name });
    }
    recorder.event(object, "Normal", "Again", "Once more.");
    await recorder.flush();
    expect(await eventsOf(object)).toMatchObject([{ series: { count: 2 } }]);
    expect(log.lines()).toEqual([]);
  });

  it("writes events about objects without namespace, and about names that no event could have", async () => {
    const kind = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" };
    const role = { ...kind, metadata: { name: "system:Odd:Name", uid: crypto.randomUUID() } };
    recorder.event(role, "Normal", "Seen", "Seen.");
    await recorder.flush();
    expect(await eventsOf(role)).toMatchObject([{ metadata: { namespace: "default" } }]);
    expect(log.lines()).toEqual([]);
  });

  it("drops what is said about an object in a namespace that is going away or gone, and goes on", async () => {
    const { kubectl } = sharedControlPlane();
    const going = await createNamespace(sharedControlPlane(), "going");
    const doomed = await subject("doomed", going);
    const finalizers = { metadata: { finalizers: ["example.com/hold"] } };
    await client.patch(configMaps, { namespace: going, name: "doomed" }, { type: "merge", body: finalizers });
    await kubectl(["delete", "namespace", going, "--wait=false"]);
    await eventually(async () => {
      const found = await client.get(namespaces, { name: going });
      return found?.metadata.deletionTimestamp !== undefined;
    });
    recorder.event(doomed, "Warning", "Dropped", "Nobody will read this.");
    recorder.event(await subject("kept"), "Normal", "Kept", "This is read.");
    await recorder.flush();
    expect(await eventsOf(doomed)).toEqual([]);
    expect(log.lines(30)).toEqual([]);
    const free = { metadata: { finalizers: null } };
    await client.patch(configMaps, { namespace: going, name: "doomed" }, { type: "merge", body: free });
  });
});
