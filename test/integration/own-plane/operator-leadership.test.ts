import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../../src/kube/client.ts";
import { loadConnection } from "../../../src/kube/connection.ts";
import { type Informer, informer } from "../../../src/kube/informer.ts";
import { leases } from "../../../src/kube/kinds.ts";
import { type LeaseSpec, specOf } from "../../../src/kube/lease-record.ts";
import { childrenOf, generationsOf } from "../../support/children.ts";
import { type ControlPlane, createNamespace, eventually, startControlPlane } from "../../support/control-plane.ts";
import { grant, kubeconfigOf, userOf } from "../../support/operator-account.ts";
import { clusterManifest, getObject, untilReady } from "../../support/operator.ts";
import { type OperatorProcess, startOperatorProcess, untilReadyz } from "../../support/operator-process.ts";
import { untilPassed } from "../../support/passes.ts";
import { applyObject, type ClusterAt, patchSpec } from "../../support/user.ts";

const verbs = ["create", "update", "patch", "delete", "deletecollection"];

let plane: ControlPlane;
let cluster: ClusterAt;
let leaseWatch: Informer;
/** The Lease of the operators' own namespace, as it was after each change. */
const records: LeaseSpec[] = [];
const started: OperatorProcess[] = [];

beforeAll(async () => {
  plane = await startControlPlane();
  const connection = await loadConnection({ kubeconfig: plane.kubeconfig });
  await grant(plane);
  leaseWatch = informer(createClient(connection), leases, { namespace: "onecloud" });
  leaseWatch.onChange(({ object }) => records.push(specOf(object)));
  leaseWatch.start();
  cluster = { plane, namespace: await createNamespace(plane, "led"), name: "prod" };
  return async () => {
    await leaseWatch.stop();
    await connection.close();
    await plane.stop();
  };
});

afterAll(async () => {
  await Promise.all(started.map((operator) => operator.end("SIGKILL")));
});

/** Starts the program as a service account of its own, so that the audit log tells the two apart. */
async function start(account: string): Promise<OperatorProcess> {
  const operator = await startOperatorProcess({ kubeconfig: await newAccount(account), leaseNamespace: "onecloud" });
  started.push(operator);
  return operator;
}

async function newAccount(account: string): Promise<string> {
  await plane.kubectl(["create", "serviceaccount", account, "--namespace", "onecloud"]);
  const subject = ["--serviceaccount", `onecloud:${account}`];
  for (const role of ["", "-reads", "-definition"])
    await plane.kubectl(["set", "subject", `clusterrolebinding/onecloud-operator-manager${role}`, ...subject]);
  const lease = "rolebinding/onecloud-operator-manager-lease";
  await plane.kubectl(["set", "subject", lease, "--namespace", "onecloud", ...subject]);
  return await kubeconfigOf(plane, plane, account);
}

function lastRecord(): LeaseSpec {
  return records.at(-1) ?? {};
}

async function untilHeldByOtherThan(holder: string | undefined): Promise<LeaseSpec> {
  return await eventually(() => {
    const record = lastRecord();
    const { holderIdentity = "" } = record;
    if (holderIdentity === "" || holderIdentity === holder) throw new Error(`${holderIdentity} holds the Lease`);
    return record;
  });
}

async function writesOf(account: string): Promise<readonly string[]> {
  const requests = await plane.requests({ verbs });
  const own = requests.filter(({ user }) => user.username === userOf(account));
  return own.map(({ verb, requestURI }) => `${verb} ${requestURI}`);
}

/** Changes the version and resolves when keystone runs it. */
async function changeVersion(version: string): Promise<void> {
  await patchSpec(cluster, { version });
  await eventually(async () => {
    const keystone = await getObject(plane, cluster.namespace, "deployment/prod-keystone");
    expect(JSON.stringify(keystone["spec"])).toContain(`keystone:${version}`);
  });
  await untilReady(plane, cluster.namespace, "prod");
}

describe("two operators side by side", () => {
  let leader: OperatorProcess;
  let standby: OperatorProcess;

  it("are one that acts, and one that is ready and writes nothing", async () => {
    leader = await start("first");
    await untilHeldByOtherThan(undefined);
    standby = await start("second");
    await Promise.all([untilReadyz(leader), untilReadyz(standby)]);
    await applyObject(plane, clusterManifest("prod", cluster.namespace));
    await untilReady(plane, cluster.namespace, "prod");
    expect(lastRecord()).toMatchObject({ leaseTransitions: 0 });
    expect(await writesOf("first")).not.toEqual([]);
    expect(await writesOf("second")).toEqual([]);
  });

  it("stay one: the other takes over once the Lease of a killed leader has expired, and leaves the platform as it is", async () => {
    const before = generationsOf(await childrenOf(plane, cluster.namespace));
    await leader.end("SIGKILL");
    const last = lastRecord();
    const taken = await untilHeldByOtherThan(last.holderIdentity);
    expect(taken).toMatchObject({ leaseTransitions: 1 });
    const [renewed = "", acquired = ""] = [last.renewTime, taken.acquireTime];
    expect(Date.parse(acquired) - Date.parse(renewed)).toBeGreaterThanOrEqual((last.leaseDurationSeconds ?? 0) * 1_000);
    await untilPassed(standby.address, 1);
    expect(generationsOf(await childrenOf(plane, cluster.namespace))).toEqual(before);
    expect((await writesOf("second")).filter((write) => !write.includes("/leases"))).toEqual([]);
    await changeVersion("v3.11.5");
    expect(await writesOf("second")).toContainEqual(expect.stringContaining("deployments/prod-keystone"));
  });

  it("change over before the Lease expires when the leader is asked to end, because it gives the Lease back", async () => {
    const third = await start("third");
    await untilReadyz(third);
    const { holderIdentity: second } = lastRecord();
    const from = records.length - 1;
    expect(await standby.end("SIGTERM")).toBe(0);
    const taken = await untilHeldByOtherThan(second);
    const holders = records.slice(from).map(({ holderIdentity = "" }) => holderIdentity);
    const changes = holders.filter((holder, index) => holder !== holders[index - 1]);
    expect(changes).toEqual([second, "", taken.holderIdentity]);
    expect(taken).toMatchObject({ leaseTransitions: 2 });
    const held = records.findLast(({ holderIdentity }) => holderIdentity === second);
    const expires = Date.parse(held?.renewTime ?? "") + (held?.leaseDurationSeconds ?? 0) * 1_000;
    expect(Date.parse(taken.acquireTime ?? "")).toBeLessThan(expires);
    await changeVersion("v3.11.6");
  });
});
