import { describe, expect, it } from "vitest";
import type { RunFlags } from "../../src/cli/run.ts";
import { settingsOf } from "../../src/cli/run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runHere } from "./recording-terminal.ts";

const flags: RunFlags = {
  workers: 5,
  resync: 600_000,
  deletionDeadline: 600_000,
  leaderElect: true,
  installCrd: true,
  healthAddress: { host: "", port: 8081 },
  metricsAddress: { host: "", port: 8080 },
  logFormat: "json",
  logLevel: "info",
};

describe("run", () => {
  it("keeps its Lease in the namespace of the flag, of the pod, or of the context", () => {
    const namespaceOf = (given: Partial<RunFlags>, env: Readonly<Record<string, string>>): string | undefined =>
      settingsOf({ ...flags, ...given }, env, "context").leaderElection?.namespace;
    expect(namespaceOf({ namespace: "flag" }, { POD_NAMESPACE: "pod" })).toBe("flag");
    expect(namespaceOf({}, { POD_NAMESPACE: "pod", NAMESPACE: "other" })).toBe("pod");
    expect(namespaceOf({}, { NAMESPACE: "other" })).toBe("other");
    expect(namespaceOf({}, { POD_NAMESPACE: "" })).toBe("context");
  });

  it("looks after the namespaces of the flag, of the environment, or after all", () => {
    const watched = (given: Partial<RunFlags>, env: Readonly<Record<string, string>>): readonly string[] | undefined =>
      settingsOf({ ...flags, ...given }, env, "context").watchNamespaces;
    expect(watched({ watchNamespaces: ["a"] }, { WATCH_NAMESPACES: "b" })).toEqual(["a"]);
    expect(watched({}, { WATCH_NAMESPACES: "b, c,b" })).toEqual(["b", "c"]);
    expect(watched({}, { WATCH_NAMESPACES: "" })).toBeUndefined();
    expect(() => watched({}, { WATCH_NAMESPACES: "B" })).toThrow("WATCH_NAMESPACES is B: write names of namespaces");
  });

  it("switches off what it is told to", () => {
    const settings = settingsOf(
      { ...flags, leaderElect: false, installCrd: false, healthAddress: "nowhere", metricsAddress: "nowhere" },
      {},
      "context",
    );
    expect(settings).toEqual({ installDefinition: false, workers: 5, resyncMs: 600_000, deletionDeadlineMs: 600_000 });
  });

  it.each([
    [["--workers", "0"], "at least 1"],
    [["--watch-namespaces", "a,,b"], "names of namespaces with commas between"],
    [["--resync", "soon"], "90s, 10m or 1h30m"],
    [["--health-address", "8081"], "host:port"],
    [["--log-level", "loud"], "Allowed choices are debug, info, warn, error"],
  ])("refuses %j before anything starts", async (args, sentence) => {
    const { exitCode, stdout, stderr } = await runHere(["run", ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(sentence);
  });

  it("says in one sentence that it finds no way to an API server, and at debug where that comes from", async () => {
    const { path } = await temporaryFolder();
    const args = ["run", "--kubeconfig", `${path}/none`];
    const { exitCode, stderr } = await runHere(args);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `error: read kubeconfig ${path}/none: there is no such file; name another one with --kubeconfig or KUBECONFIG\n`,
    });
    expect((await runHere([...args, "--log-level", "debug"])).stderr).toContain("\n    at ");
  });
});
