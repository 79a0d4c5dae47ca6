import { setTimeout as delay } from "node:timers/promises";
import { clusters } from "../../src/cluster/watches.ts";
import { deployments } from "../../src/kube/kinds.ts";
import type { AuditEvent } from "../control-plane/start.ts";
import type { Row } from "./report.ts";
import { percentile } from "./report.ts";
import type { Plane } from "./stage.ts";
import { createCluster, startBundle, untilReady, userAgent, writes } from "./stage.ts";

const rounds = 30;
const namespace = "reactions";

/** How soon the operator answers an edit of the cluster, and a change of one of its objects by somebody else. */
export async function measureReactions(plane: Plane): Promise<readonly Row[]> {
  const operator = startBundle(plane);
  await operator.said("caches synced, starting");
  await createCluster(plane, namespace);
  await untilReady(plane, namespace);
  await delay(5_000);
  const edits = await timesOf(plane, (round) =>
    plane.client.patch(
      clusters,
      { namespace, name: "example" },
      { type: "merge", body: { spec: { notify: { options: { bench: round } } } } },
    ),
  );
  const drifts = await timesOf(plane, (round) =>
    plane.client.patch(
      deployments,
      { namespace, name: "example-logger" },
      // Another value each time: one that comes back again and again is left alone in the end.
      { type: "merge", body: { spec: { replicas: 2 + round } } },
    ),
  );
  await operator.kill("SIGTERM");
  return [...rowsOf("edit → first child write", edits, 500), ...rowsOf("drift → repaired", drifts, 1000)];
}

/** Milliseconds from each change to the operator's first write to an object that a cluster is made of. */
async function timesOf(plane: Plane, change: (round: number) => Promise<unknown>): Promise<readonly number[]> {
  const since = new Date();
  for (let round = 0; round < rounds; round++) {
    await change(round);
    await delay(1_500);
  }
  const changes = await plane.control.requests({ userAgent: "bench", since, verbs: ["patch"] });
  const answers = (await plane.control.requests({ userAgent, since, verbs: writes })).filter(isChild);
  return changes.flatMap((made, index) => {
    const from = Date.parse(made.stageTimestamp);
    const next = changes[index + 1];
    const answer = answers.map(({ stageTimestamp }) => Date.parse(stageTimestamp)).find((at) => at >= from);
    return answer === undefined || (next !== undefined && answer > Date.parse(next.stageTimestamp))
      ? []
      : [answer - from];
  });
}

function isChild({ objectRef }: AuditEvent): boolean {
  return (
    objectRef?.namespace === namespace && objectRef.resource !== "onecloudclusters" && objectRef.resource !== "events"
  );
}

function rowsOf(what: string, times: readonly number[], aim: number): readonly Row[] {
  const note = `${times.length} of ${rounds} changes`;
  return [
    { what: `${what}, p50`, value: percentile(times, 0.5), unit: "ms", note },
    { what: `${what}, p99`, value: percentile(times, 0.99), unit: "ms", aim, note },
  ];
}
