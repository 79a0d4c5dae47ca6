import { installReferenceDefinition, makeReferencePlatform } from "../../test/support/taken-over.ts";
import { clusters } from "../../src/cluster/watches.ts";
import { namespaces } from "../../src/kube/kinds.ts";
import type { Row } from "./report.ts";
import type { Plane } from "./stage.ts";
import { startBundle, until, userAgent, writes } from "./stage.ts";

const namespace = "onecloud";

/** A platform of the older operator, from the start of this one until it is Ready, and how often each of its objects is written. */
export async function measureTakeOver(plane: Plane): Promise<readonly Row[]> {
  await plane.client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await installReferenceDefinition(plane.client);
  await makeReferencePlatform(plane.client, namespace);
  const since = new Date();
  const operator = startBundle(plane);
  await until(async () => {
    const cluster = await plane.client.get(clusters, { namespace, name: "ex" });
    const { phase } = (cluster?.["status"] ?? {}) as { readonly phase?: string };
    return phase === "Ready" ? true : undefined;
  }, "the platform is taken over");
  const seconds = (Date.now() - operator.startedAt) / 1000;
  await operator.kill("SIGTERM");
  const made = (await plane.control.requests({ userAgent, since, verbs: writes })).filter(
    ({ objectRef }) => objectRef?.namespace === namespace && !isReport(objectRef),
  );
  const { ofCluster = [], ofObjects = [] } = Object.groupBy(made, ({ objectRef }) =>
    objectRef?.resource === clusters.plural ? "ofCluster" : "ofObjects",
  );
  const objects = Object.values(
    Object.groupBy(ofObjects, ({ objectRef }) => `${objectRef?.resource ?? ""}/${objectRef?.name ?? ""}`),
  );
  return [
    {
      what: "take-over of an older platform, start → Ready",
      value: seconds,
      unit: "s",
      note: `${objects.length} objects`,
    },
    {
      what: "writes per object at a take-over",
      value: Math.max(...objects.map((all = []) => all.length)),
      unit: "",
      aim: 1,
      note: `${made.length} writes in all; the cluster itself gets ${ofCluster.length}: what nobody asked for is released in its spec, and then filled in`,
    },
  ];
}

/** Status and events are reports, the Lease is nobody's object. */
function isReport({ resource, subresource }: { readonly resource?: string; readonly subresource?: string }): boolean {
  return subresource === "status" || resource === "events" || resource === "leases";
}
