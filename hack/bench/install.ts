import type { AuditEvent } from "../control-plane/audit.ts";
import type { Row } from "./report.ts";
import { percentile } from "./report.ts";
import type { Plane } from "./stage.ts";
import { createCluster, exampleSpec, startBundle, until, untilReady, userAgent, writes } from "./stage.ts";
import { clusters } from "../../src/cluster/watches.ts";
import { render } from "../../src/cluster/render.ts";
import { inParallel } from "../../src/cluster/sync/in-parallel.ts";
import { rowOf } from "../../src/cluster/sync/kinds.ts";
import { deployments, namespaces, services } from "../../src/kube/kinds.ts";
import type { KubeObject } from "../../src/kube/object.ts";

/** The example from its creation to Ready, three times, how fast its objects are applied, and with how many requests. */
export async function measureInstall(plane: Plane): Promise<readonly Row[]> {
  const operator = startBundle(plane);
  await operator.said("caches synced, starting");
  const times: number[] = [];
  const rates: number[] = [];
  const busyRates: number[] = [];
  const reads: number[] = [];
  let applied = 0;
  for (const namespace of ["install-1", "install-2", "install-3"]) {
    const since = new Date();
    const before = performance.now();
    await createCluster(plane, namespace);
    await untilReady(plane, namespace);
    times.push((performance.now() - before) / 1000);
    const made = await plane.control.requests({ userAgent, since, verbs: writes });
    const children = made.filter((request) => isAboutChild(request, namespace));
    const read = await plane.control.requests({ userAgent, since, verbs: ["get", "list"] });
    applied = children.length;
    reads.push(read.filter((request) => isAboutChild(request, namespace)).length);
    const stamps = children.map(({ stageTimestamp }) => Date.parse(stageTimestamp));
    rates.push(applied / ((Math.max(...stamps) - Math.min(...stamps)) / 1000));
    busyRates.push(applied / (new Set(stamps.map((stamp) => Math.floor(stamp / 100))).size / 10));
    await plane.client.delete(clusters, { namespace, name: "example" });
    await untilGone(plane, namespace);
  }
  await operator.kill("SIGTERM");
  const bareRate = await applyBare(plane);
  const slowest = Math.max(...times).toFixed(1);
  return [
    {
      what: "apply → Ready, minimal example",
      value: percentile(times, 0.5),
      unit: "s",
      aim: 15,
      note: `median of 3, slowest ${slowest} s`,
    },
    {
      what: "objects applied while installing",
      value: percentile(rates, 0.5),
      unit: "/s",
      note: `${applied} objects, waiting for keystone and region included`,
    },
    {
      what: "requests per object while installing",
      value: 1 + percentile(reads, 0.5) / applied,
      unit: "",
      aim: 1.5,
      note: "one that applies it, and its share of the looks at what is there",
    },
    {
      what: "objects applied while there is something to apply",
      value: percentile(busyRates, 0.5),
      unit: "/s",
      aim: 100,
      more: true,
      note: `tenths of a second without a write left out; a bare client applies the same objects at ${bareRate.toFixed(0)} /s here`,
    },
  ];
}

/** Objects per second that this machine lets anybody apply: the same ones, by a client that does nothing else. */
async function applyBare({ client }: Plane): Promise<number> {
  const metadata = { name: "example", namespace: "bare" };
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: metadata.namespace } });
  const rendered = render({ apiVersion: clusters.apiVersion, kind: clusters.kind, metadata, spec: exampleSpec });
  const objects = rendered.flatMap((one) => one.objects).map(withoutOwner);
  const before = performance.now();
  await inParallel(objects, 24, (object) => client.apply(rowOf(object).kind, object, { fieldManager: "bench" }));
  return objects.length / ((performance.now() - before) / 1000);
}

/** The owner does not exist here, and the garbage collector would take the object with it. */
function withoutOwner(object: KubeObject): KubeObject {
  const { ownerReferences: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Whether a request is about what the clusters of a namespace are made of. */
function isAboutChild({ objectRef }: AuditEvent, namespace: string): boolean {
  return objectRef?.namespace === namespace && !["onecloudclusters", "events"].includes(objectRef.resource);
}

/** Waits until nothing holds the node ports any more. */
async function untilGone(plane: Plane, namespace: string): Promise<void> {
  await until(async () => {
    const left = await Promise.all([deployments, services].map((kind) => plane.client.list(kind, { namespace })));
    return left.every(({ items }) => items.length === 0) ? true : undefined;
  }, `${namespace} is gone`);
}
