import type { JsonObject } from "../cluster/api/field.ts";
import { specsOf } from "../cluster/components/component.ts";
import { components } from "../cluster/components/index.ts";
import { meantCluster } from "../cluster/defaults/meant.ts";
import type { Graph } from "../cluster/graph.ts";
import { catalogueGraph, clusterGraph } from "../cluster/graph.ts";
import { storedStatus } from "../cluster/status.ts";
import { createClient } from "../kube/client.ts";
import type { KubeObject } from "../kube/object.ts";
import { connectionOf } from "./connection-of.ts";
import { examineFiles } from "./examined-files.ts";
import { exitCodes, UsageError } from "./failure.ts";
import { findCluster } from "./find-cluster.ts";
import type { ServerFlags } from "./flags.ts";
import { graphDot } from "./graph/dot.ts";
import { graphSvg } from "./graph/svg.ts";
import { graphText } from "./graph/text.ts";
import type { Terminal } from "./terminal.ts";

/** What `graph` is told. */
export interface GraphFlags extends ServerFlags {
  readonly filename?: readonly string[];
  readonly status?: boolean;
  readonly name?: string;
  readonly namespace?: string;
  readonly output: "text" | "dot" | "svg";
}

/** Shows which component waits for which: of clusters in files, of a stored cluster with its status, or of the whole catalogue. */
export async function graph(flags: GraphFlags, terminal: Terminal): Promise<number> {
  const graphs = await graphsOf(flags, terminal);
  if (graphs === undefined) return exitCodes.negative;
  if (flags.output === "svg" && graphs.length > 1)
    throw new UsageError("a picture shows one cluster: name one file that holds one");
  const drawn = graphs.map((one) => drawings[flags.output](one, terminal));
  terminal.out(drawn.join("\n"));
  return exitCodes.ok;
}

const drawings: Readonly<Record<GraphFlags["output"], (graph: Graph, terminal: Terminal) => string>> = {
  text: (one, { isInteractive, env }) => graphText(one, isInteractive && !env["NO_COLOR"]),
  dot: graphDot,
  svg: graphSvg,
};

async function graphsOf(flags: GraphFlags, terminal: Terminal): Promise<readonly Graph[] | undefined> {
  const { filename, status, name, namespace } = flags;
  if (status === true && filename !== undefined)
    throw new UsageError("--status shows a stored cluster: leave --filename out, or --status");
  if (status === true) return [await liveGraph(flags, terminal)];
  if (name !== undefined || namespace !== undefined)
    throw new UsageError("a stored cluster is shown with --status only: add it, or name a file with --filename");
  if (filename === undefined) return [catalogueGraph(components)];
  const examined = await examineFiles(filename, terminal);
  return examined?.map(({ cluster }) => clusterGraph(meant(cluster.object), components));
}

async function liveGraph(flags: GraphFlags, terminal: Terminal): Promise<Graph> {
  const connection = await connectionOf(flags, terminal);
  try {
    const client = createClient(connection);
    const cluster = await findCluster(client, flags.namespace ?? connection.namespace, flags.name);
    return clusterGraph(meant(cluster), components, storedStatus(cluster));
  } finally {
    await connection.close();
  }
}

function meant(object: KubeObject) {
  const spec = (object["spec"] ?? {}) as JsonObject;
  return meantCluster(object, specsOf(components), { spec, storage: "Secret" });
}
