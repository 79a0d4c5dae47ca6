import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { eventually, sharedControlPlane } from "../support/control-plane.ts";
import { accountKubeconfig } from "../support/operator-account.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

interface Run {
  /** Everything that it has written to standard output, and to standard error. */
  readonly output: () => string;
  readonly errors: () => string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly end: (signal: "SIGTERM" | "SIGKILL") => void;
  /** What of it is still there: processes, by their command lines, and files of theirs. */
  readonly remains: () => Promise<readonly string[]>;
}

const root = join(import.meta.dirname, "..", "..");

/** Starts `hack/run.ts` as `make run` does in a script: no terminal, and nothing on stdin. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const folder = await temporaryFolder();
  // Every process that it starts carries this path in its environment, and makes its files there.
  const own = { TMPDIR: folder.path, LOG: join(folder.path, "operator.log"), NODE_DISABLE_COMPILE_CACHE: "1" };
  const inherited = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
  const child = spawn(process.execPath, ["hack/run.ts", ...args], {
    cwd: root,
    env: { ...inherited, ...own, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, errors] = [textOf(child.stdout), textOf(child.stderr)];
  const ended = once(child, "close").then(([code, signal]: (number | string | null)[]) => code ?? signal ?? "unknown");
  onTestFinished(() => void child.kill("SIGKILL"));
  return {
    output,
    errors,
    ended,
    end: (signal) => void child.kill(signal),
    remains: async () => {
      const files = await readdir(folder.path);
      return [...files.filter((name) => name !== "operator.log"), ...(await processesWith(folder.path))];
    },
  };
}

function textOf(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.on("data", (piece) => (text += String(piece)));
  return () => text;
}

/** Command lines of the processes whose environment holds the text. */
async function processesWith(text: string): Promise<readonly string[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      // A process may end while it is looked at.
      const environment = await readFile(`/proc/${id}/environ`, "utf8").catch(() => "");
      if (!environment.includes(text)) return [];
      return [(await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ")];
    }),
  );
  return found.flat();
}

async function untilSaid({ output }: Run, text: string): Promise<void> {
  await eventually(() => expect(output()).toContain(text));
}

describe("make run", () => {
  it("shows once, in a script, how the example becomes ready, and leaves nothing behind", async () => {
    const shown = await run(["--once"]);
    const code = await shown.ended;
    expect(shown.errors()).toBe("");
    expect(code).toBe(0);
    const lines = shown.output().split("\n");
    expect(lines).toContain("Applying deploy/examples/minimal.yaml");
    expect(lines).toContain("  keystone Ready 1/1");
    expect(lines).toContain("  victoria-metrics Ready 1/1");
    expect(shown.output()).toMatch(/^onecloud\/example-onecloud-cluster: Ready, (\d+)\/\1 components ready$/m);
    expect(lines.slice(-3)).toEqual([expect.stringMatching(/^Ready after [\d.]+ s$/), "Everything is down.", ""]);
    expect(shown.output()).not.toContain("\u001b");
    expect(await shown.remains()).toEqual([]);
  });

  it("goes on when the example is ready, tells what to try, and takes everything down when it is asked to end", async () => {
    const shown = await run([]);
    await untilSaid(shown, "Ctrl-C takes everything down.");
    const kubeconfig = /^ {2}export KUBECONFIG=(\S+)$/m.exec(shown.output())?.[1] ?? "";
    expect(await readFile(kubeconfig, "utf8")).toContain("current-context");
    expect(shown.output()).toMatch(/^ {2}\S*kubectl get oc -A$/m);
    expect(shown.output()).toMatch(/^ {2}\S*kubectl edit oc -n onecloud example-onecloud-cluster$/m);
    expect(shown.output()).toMatch(/^ {2}\S*kubectl delete oc -n onecloud example-onecloud-cluster$/m);
    shown.end("SIGTERM");
    expect(await shown.ended).toBe(0);
    expect(await shown.remains()).toEqual([]);
  });

  it("leaves nothing behind when it is killed", async () => {
    const shown = await run([]);
    await untilSaid(shown, "Applying");
    expect((await shown.remains()).join("\n")).toContain("src/main.ts run");
    shown.end("SIGKILL");
    expect(await shown.ended).toBe("SIGKILL");
    await eventually(async () => expect(await shown.remains()).toEqual([]));
  });

  it("ends with the first cause when the example is not ready in time", async () => {
    const shown = await run(["--once"], { WAIT: "1ms", PRODUCT: "Edge" });
    expect(await shown.ended).toBe(1);
    expect(shown.errors()).toContain("not ready after 0.001 s: the operator has not looked at it yet: is it running?");
    expect(await shown.remains()).toEqual([]);
  });

  it("says which rights the current kubeconfig lacks before it does anything", async () => {
    const plane = sharedControlPlane();
    const file = await accountKubeconfig(plane, { namespace: "default", name: "default" });
    const shown = await run(["--once"], { CLUSTER: "current", KUBECONFIG: file });
    expect(await shown.ended).toBe(1);
    expect(shown.errors()).toMatch(
      /the kubeconfig's user may not get serviceaccounts, .*: use one that is bound to cluster-admin/,
    );
    expect(shown.output()).toBe("");
  });

  it("refuses a variable that it does not know what to do with", async () => {
    const shown = await run(["--once"], { EDITION: "pro" });
    expect(await shown.ended).toBe(1);
    expect(shown.errors()).toBe("EDITION is pro, but must be one of ce, ce/support, ee\n");
  });
});
