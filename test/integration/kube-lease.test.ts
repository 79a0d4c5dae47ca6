import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient } from "../../src/kube/client.ts";
import { type Connection, loadConnection } from "../../src/kube/connection.ts";
import { leases } from "../../src/kube/kinds.ts";
import { createLeaderElection, type LeaderElection } from "../../src/kube/lease.ts";
import { type LeaseSpec, specOf } from "../../src/kube/lease-record.ts";
import type { KubeObject, ObjectKey } from "../../src/kube/object.ts";
import { silentLogger } from "../kube/recording-logger.ts";
import { createNamespace, eventually, sharedControlPlane } from "../support/control-plane.ts";

/** Shorter than usual, so that an expired Lease is soon one, and long enough for a machine that stalls for a while. */
const times = { leaseDurationMs: 8_000, renewDeadlineMs: 6_000, retryPeriodMs: 200 };

/** A process that wants to lead; once it is cut off, nothing of it reaches the server any more. */
interface Process {
  readonly election: LeaderElection;
  readonly happened: readonly string[];
  /** The Lease as it was after its last write. */
  written(): LeaseSpec;
  cutOff(): void;
  stop(): Promise<void>;
}

const processes: Process[] = [];
let client: Client;
let connection: Connection;
let namespace: string;

beforeAll(async () => {
  const controlPlane = sharedControlPlane();
  connection = await loadConnection({ kubeconfig: controlPlane.kubeconfig });
  client = createClient(connection);
  namespace = await createNamespace(controlPlane, "lease");
});

afterAll(async () => {
  await Promise.all(processes.map((process) => process.stop()));
  await connection.close();
});

function start(name: string, identity: string): Process {
  const happened: string[] = [];
  const [abort, cut] = [new AbortController(), new AbortController()];
  let written: LeaseSpec = {};
  const reach = async <T>(request: () => Promise<T>): Promise<T> => {
    cut.signal.throwIfAborted();
    return request();
  };
  const write = async (request: () => Promise<KubeObject>): Promise<KubeObject> => {
    const lease = await reach(request);
    written = specOf(lease);
    return lease;
  };
  const election = createLeaderElection({
    client: {
      get: (...call) => reach(() => client.get(...call)),
      create: (...call) => write(() => client.create(...call)),
      update: (...call) => write(() => client.update(...call)),
    },
    namespace,
    name,
    identity,
    ...times,
    logger: silentLogger,
    onStarted: () => void happened.push("started"),
    onStopped: (reason) => void happened.push(reason),
  });
  const ended = election.run(abort.signal);
  const stop = (): Promise<void> => {
    abort.abort();
    return ended;
  };
  const process = { election, happened, written: () => written, cutOff: () => cut.abort(), stop };
  processes.push(process);
  return process;
}

async function recordOf(key: ObjectKey): Promise<LeaseSpec> {
  const lease = await client.get(leases, key);
  return lease === undefined ? {} : specOf(lease);
}

describe("leader election on a real API server", () => {
  it("lets one of two lead, and the other one as soon as the first gives the Lease back", async () => {
    const key = { namespace, name: "handed-over" };
    const first = start(key.name, "one");
    await eventually(() => first.election.isLeader());
    const second = start(key.name, "two");
    await eventually(() => second.election.leader() === "one");
    const before = await recordOf(key);
    await first.stop();
    const released = await recordOf(key);
    await eventually(() => second.election.isLeader());
    expect({ first: first.happened, second: second.happened }).toEqual({
      first: ["started", "released"],
      second: ["started"],
    });
    expect(before).toMatchObject({ holderIdentity: "one", leaseDurationSeconds: 8, leaseTransitions: 0 });
    expect(["", "two"]).toContain(released.holderIdentity);
    expect(await recordOf(key)).toMatchObject({ holderIdentity: "two", leaseTransitions: 1 });
  });

  it("takes over from a leader that is cut off, not before its Lease has run out, and that one stops by itself", async () => {
    const key = { namespace, name: "expired" };
    const first = start(key.name, "one");
    await eventually(() => first.election.isLeader());
    const second = start(key.name, "two");
    await eventually(() => second.election.leader() === "one");
    first.cutOff();
    await eventually(() => first.happened.includes("lost"));
    await eventually(() => second.election.isLeader());
    const { acquireTime = "" } = await recordOf(key);
    const last = first.written();
    expect(last.holderIdentity).toBe("one");
    expect(Date.parse(acquireTime) - Date.parse(last.renewTime ?? "")).toBeGreaterThanOrEqual(
      times.leaseDurationMs - 100,
    );
    expect(first.election.isLeader()).toBe(false);
  });

  it("keeps the Lease while others write to it, and makes it again when it is deleted", async () => {
    const key = { namespace, name: "disturbed" };
    const first = start(key.name, "one");
    await eventually(() => first.election.isLeader());
    await client.patch(leases, key, { type: "merge", body: { metadata: { labels: { touched: "yes" } } } });
    const touched = (await recordOf(key)).renewTime;
    await eventually(async () => (await recordOf(key)).renewTime !== touched);
    await client.delete(leases, key);
    await eventually(async () => (await recordOf(key)).holderIdentity === "one");
    expect(first.happened).toEqual(["started"]);
  });
});
