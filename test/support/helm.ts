import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadAll } from "js-yaml";
import { ensureHelm } from "../../hack/helm/build.ts";
import type { KubeObject } from "../../src/kube/object.ts";

const execute = promisify(execFile);
const chart = join(import.meta.dirname, "..", "..", "deploy");

/** helm with the chart of the operator. */
export interface Helm {
  /** The objects that the chart makes of the values; rejects with what helm says. */
  render(namespace: string, values?: object): Promise<readonly KubeObject[]>;
  /** Installs or upgrades the release `onecloud-operator` and waits until it is ready. */
  install(kubeconfig: string, namespace: string, values: object): Promise<void>;
  uninstall(kubeconfig: string, namespace: string): Promise<void>;
  /** Runs any command over the chart's folder and gives its output. */
  run(command: string, ...args: readonly string[]): Promise<string>;
}

/** Finds helm, which is built first where it is missing. It keeps its files in a folder that goes with this process. */
export async function findHelm(): Promise<Helm> {
  const path = await ensureHelm();
  const home = mkdtempSync(join(tmpdir(), "helm-test-"));
  process.once("exit", () => rmSync(home, { recursive: true, force: true }));
  const call = async (args: readonly string[]): Promise<string> => {
    const { stdout } = await execute(path, args, { env: { HOME: home, PATH: process.env["PATH"] } });
    return stdout;
  };
  // helm takes every value as JSON, key by key.
  const given = (values: object): readonly string[] =>
    Object.entries(values).flatMap(([key, value]) => ["--set-json", `${key}=${JSON.stringify(value)}`]);
  const release = ["onecloud-operator", chart];
  return {
    render: async (namespace, values = {}) => {
      const text = await call(["template", ...release, "--namespace", namespace, ...given(values)]);
      return (loadAll(text) as readonly (KubeObject | null)[]).filter((object) => object !== null);
    },
    install: async (kubeconfig, namespace, values) => {
      const at = ["--kubeconfig", kubeconfig, "--namespace", namespace];
      await call(["upgrade", "--install", "--wait", "--timeout", "120s", ...release, ...at, ...given(values)]);
    },
    uninstall: async (kubeconfig, namespace) => {
      await call(["uninstall", "onecloud-operator", "--wait", "--kubeconfig", kubeconfig, "--namespace", namespace]);
    },
    run: (command, ...args) => call([command, chart, ...args]),
  };
}
