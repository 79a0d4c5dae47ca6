import { execFile } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { bundle } from "../../hack/bundle/build.ts";
import { programName, version } from "../../src/version.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

let program: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "bundle-test-"));
  program = join(folder, "onecloud-operator.mjs");
  await bundle(program);
  return () => rm(folder, { recursive: true, force: true });
});

/** Calls the bundle by its name, away from the checkout and its libraries. */
function call(...args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    // Its first line names node, which is looked for on the path.
    const env = { PATH: `${join(process.execPath, "..")}:${process.env["PATH"] ?? ""}`, HOME: tmpdir() };
    const child = execFile(program, args, { env, cwd: tmpdir() }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
    child.stdin?.end();
  });
}

describe("the bundle", () => {
  it("is the program in one file that needs nothing beside it but node", async () => {
    expect(await call("version")).toEqual({ code: 0, out: `${programName} ${version}\n`, err: "" });
  });

  it("renders the objects of the example as the sources do", async () => {
    const example = join(import.meta.dirname, "..", "..", "deploy", "examples", "minimal.yaml");
    const { code, out } = await call("render", "-f", example, "--component", "keystone");
    expect(code).toBe(0);
    expect(out).toMatch(/^kind: Deployment$/m);
  });

  it("says what to use instead of the one plugin that it goes without", async () => {
    const folder = await temporaryFolder();
    const kubeconfig = await folder.write(
      "config",
      `{ apiVersion: v1, kind: Config, current-context: a,
         clusters: [{ name: a, cluster: { server: "http://127.0.0.1:1" } }],
         users: [{ name: a, user: { auth-provider: { name: oidc } } }],
         contexts: [{ name: a, context: { cluster: a, user: a } }] }`,
    );
    const { code, err } = await call("status", "--kubeconfig", kubeconfig);
    expect(code).toBe(2);
    expect(err).toContain(
      "auth-provider is not part of this build: give the kubeconfig's user exec, a token or a certificate",
    );
  });
});
