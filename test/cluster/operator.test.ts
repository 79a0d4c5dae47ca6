import { describe, expect, it, onTestFinished } from "vitest";
import { runOperator } from "../../src/cluster/operator.ts";
import { connect } from "../../src/kube/connection.ts";
import { silentLogger } from "../kube/recording-logger.ts";
import { eventually } from "../support/eventually.ts";
import { answer, refuse, type Script, startScriptedServer } from "../support/scripted-server.ts";

/** An API server that tells its version and keeps a Lease, and fails at everything else. */
const failing: Script = (response, request) => {
  const script = scriptFor(request.path, request.method, request.body);
  script(response, request);
};

function scriptFor(path: string, method: string, body: unknown): Script {
  if (path === "/version") return answer(200, { major: "1", minor: "36", gitVersion: "v1.36.0" });
  if (!path.includes("/leases")) return refuse(503, "ServiceUnavailable");
  return method === "GET" ? refuse(404, "NotFound") : answer(200, body);
}

const settings = { installDefinition: false, workers: 1, resyncMs: 0, deletionDeadlineMs: 0 };

describe("an operator that cannot see what is there", () => {
  it.each([
    ["without leader election", {}],
    ["with leader election", { leaderElection: { namespace: "onecloud" } }],
  ])("ends when it is asked to, %s", async (_, options) => {
    const server = await startScriptedServer(failing);
    onTestFinished(() => server.close());
    const connection = await connect({ cluster: { server: server.url }, user: {}, namespace: "onecloud" });
    onTestFinished(() => connection.close());
    const stop = new AbortController();
    const running = runOperator({ ...settings, ...options, connection, logger: silentLogger }, stop.signal);
    await eventually(() => server.requests.some(({ path }) => path.endsWith("/onecloudclusters")));
    stop.abort();
    await expect(running).resolves.toBeUndefined();
  });
});
