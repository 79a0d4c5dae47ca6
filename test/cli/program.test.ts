import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import { loadAll } from "js-yaml";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { temporaryFolder } from "../support/temporary-folder.ts";
import type { Ran } from "./recording-terminal.ts";

const program = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const minimal = fileURLToPath(new URL("../golden/examples/minimal.yaml", import.meta.url));

/** Runs the real program. */
async function runProcess(args: readonly string[], input = ""): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...args], { stdio: "pipe" });
  child.stdin.end(input);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { exitCode, stdout, stderr };
}

describe("the program", () => {
  it("prints every wanted object of a cluster as a YAML stream", async () => {
    const { exitCode, stdout, stderr } = await runProcess(["render", "-f", minimal]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const kinds = new Set(loadAll(stdout).map((object) => (object as { readonly kind: string }).kind));
    expect([...kinds].toSorted()).toEqual([
      "ConfigMap",
      "DaemonSet",
      "Deployment",
      "Ingress",
      "PersistentVolumeClaim",
      "Secret",
      "Service",
    ]);
  });

  it("reads a cluster from standard input and names the line of a mistake", async () => {
    const cluster = "apiVersion: onecloud.yunion.io/v1alpha1\nkind: OnecloudCluster\nmetadata:\n  name: a\nspec:\n";
    const { exitCode, stdout, stderr } = await runProcess(
      ["validate", "-f", "-"],
      `${cluster}  mysql: {host: db}\n  keystone:\n    replicas: many\n`,
    );
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "<stdin>:8:5: spec.keystone.replicas must be a whole number\n",
    });
  });

  it("ends with 2 and one sentence for a file that it cannot read", async () => {
    const { path } = await temporaryFolder();
    expect(await runProcess(["render", "-f", `${path}/none.yaml`])).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `error: cannot read ${path}/none.yaml: there is no such file\n`,
    });
  });

  it("ends with 2 for a command that it does not know", async () => {
    const { exitCode, stderr } = await runProcess(["rendr"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("unknown command 'rendr'");
    expect(stderr).not.toContain("    at ");
  });

  it.each(["version", "--version"])("prints the version of its package for %s", async (word) => {
    const { exitCode, stdout } = await runProcess([word]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `onecloud-operator ${manifest.version}\n` });
  });
});
