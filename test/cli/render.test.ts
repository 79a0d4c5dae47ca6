import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { dump, load, loadAll } from "js-yaml";
import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runHere } from "./recording-terminal.ts";

const minimal = fileURLToPath(new URL("../golden/examples/minimal.yaml", import.meta.url));
const credentials = fileURLToPath(new URL("../golden/reference/credentials.yaml", import.meta.url));

async function render(...args: readonly string[]): Promise<readonly KubeObject[]> {
  const { exitCode, stdout, stderr } = await runHere(["render", "-f", minimal, ...args]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return loadAll(stdout) as readonly KubeObject[];
}

function named(objects: readonly KubeObject[], kind: string, name: string): KubeObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name.endsWith(name));
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

function optionsOf(objects: readonly KubeObject[], component: string): unknown {
  const { config = "" } = named(objects, "Secret", `-${component}`)["data"] as Readonly<Record<string, string>>;
  return load(Buffer.from(config, "base64").toString());
}

function limitsOf(objects: readonly KubeObject[], component: string): unknown {
  const { template } = named(objects, "Deployment", `-${component}`)["spec"] as {
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly resources?: { readonly limits: unknown } }[] };
    };
  };
  return template.spec.containers[0]?.resources?.limits;
}

describe("render", () => {
  it("prints the objects of one component alone", async () => {
    const objects = await render("--component", "glance");
    expect(new Set(objects.map(({ metadata }) => metadata.labels?.["app.kubernetes.io/component"]))).toEqual(
      new Set(["glance"]),
    );
  });

  it("gives the same text for the same file", async () => {
    const [first, second] = [await runHere(["render", "-f", minimal]), await runHere(["render", "-f", minimal])];
    expect(second).toEqual(first);
  });

  it("prints no owner that the API server would refuse", async () => {
    for (const { metadata } of await render()) expect(metadata.ownerReferences).toBeUndefined();
  });

  it("says why a component wants nothing", async () => {
    const ran = await runHere(["render", "-f", minimal, "--component", "test"]);
    expect(ran).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "example-onecloud-cluster: test does not run: spec.cronjobTest.disable is true\n",
    });
  });

  it("uses the credentials document, also as Secret and ConfigMap carry it", async () => {
    const text = await readFile(credentials, "utf8");
    const folder = await temporaryFolder();
    const key = "OnecloudClusterConfig";
    const secret = { apiVersion: "v1", kind: "Secret", data: { [key]: Buffer.from(text).toString("base64") } };
    const configMap = { apiVersion: "v1", kind: "ConfigMap", data: { [key]: text } };
    const files = [
      credentials,
      await folder.write("a.yaml", dump(secret)),
      await folder.write("b.yaml", dump(configMap)),
    ];
    for (const file of files) {
      const objects = await render("--credentials", file, "--component", "glance");
      expect(optionsOf(objects, "glance")).toMatchObject({ admin_password: "pw-glance-password" });
    }
  });

  it("tells what is wrong with a credentials file without quoting it", async () => {
    const folder = await temporaryFolder();
    const broken = await folder.write("broken.yaml", 'glance:\n  password: "pw-canary" x\n');
    const { exitCode, stderr } = await runHere(["render", "-f", minimal, "--credentials", broken]);
    expect(exitCode).toBe(2);
    expect(stderr.startsWith(`error: ${broken}:2: is no YAML: `)).toBe(true);
    expect(stderr).not.toContain("canary");
  });

  it("takes limits from the smallest control-plane node of the facts", async () => {
    const folder = await temporaryFolder();
    const facts = await folder.write(
      "facts.yaml",
      [
        'kubernetesVersion: "1.29"',
        "nodes:",
        "  - {name: worker, capacity: {cpu: 1, memory: 1Gi}}",
        '  - {name: big, labels: {node-role.kubernetes.io/control-plane: ""}, capacity: {cpu: 64, memory: 256Gi}}',
        '  - {name: small, labels: {node-role.kubernetes.io/master: ""}, capacity: {cpu: 4, memory: 16Gi}}',
      ].join("\n"),
    );
    const standard = limitsOf(await render("--component", "region"), "region");
    const smaller = limitsOf(await render("--component", "region", "--facts", facts), "region");
    const cpu = (limits: unknown): number => Number((limits as { readonly cpu: string }).cpu);
    expect(cpu(smaller)).toBeCloseTo(cpu(standard) / 2);
  });

  it.each([
    [
      "a version without quotes",
      "nodes: []\nkubernetesVersion: 1.30\n",
      ':2: kubernetesVersion must be in quotes, "1.30"',
    ],
    ["a version that is none", "kubernetesVersion: new\n", ":1: kubernetesVersion must be a version"],
    [
      "a capacity that is none",
      "nodes:\n- capacity:\n    cpu: many\n    memory: 1Gi\n",
      ":3: nodes[0].capacity.cpu must be",
    ],
    ["a node without capacity", "nodes:\n- name: a\n", ":2: nodes[0].capacity must say cpu and memory"],
    ["an unknown fact", "kubernetes: 1\n", ":1: kubernetes is no fact"],
  ])("names the line of %s in a facts file", async (_, text, sentence) => {
    const folder = await temporaryFolder();
    const facts = await folder.write("facts.yaml", text);
    const { exitCode, stdout, stderr } = await runHere(["render", "-f", minimal, "--facts", facts]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr.startsWith(`error: ${facts}${sentence}`)).toBe(true);
  });

  it("drops unknown fields and names each on standard error", async () => {
    const input = (await readFile(minimal, "utf8")).replace("spec:", "spec:\n  flavour: sweet");
    const [plain, odd] = [await runHere(["render", "-f", minimal]), await runHere(["render", "-f", "-"], { input })];
    expect(odd).toMatchObject({ exitCode: 0, stdout: plain.stdout });
    expect(odd.stderr).toBe("<stdin>:8:3: warning: spec.flavour is no field of a OnecloudCluster and is dropped\n");
  });

  it("refuses a cluster with a mistake in the words of validate, and prints nothing", async () => {
    const input = (await readFile(minimal, "utf8")).replace("spec:", "spec:\n  glance: {replicas: many}");
    const [rendered, validated] = [
      await runHere(["render", "-f", "-"], { input }),
      await runHere(["validate", "-f", "-"], { input }),
    ];
    expect(rendered).toEqual({ exitCode: 1, stdout: "", stderr: validated.stderr });
    expect(rendered.stderr).toContain("spec.glance.replicas must be a whole number");
  });

  it("prints every cluster of a file", async () => {
    const one = await readFile(minimal, "utf8");
    const input = `${one}---\n${one.replace("example-onecloud-cluster", "second")}`;
    const { stdout } = await runHere(["render", "-f", "-", "--component", "logger"], { input });
    const names = (loadAll(stdout) as readonly KubeObject[]).map(({ metadata }) => metadata.name);
    expect(new Set(names)).toEqual(new Set(["example-onecloud-cluster-logger", "second-logger"]));
  });

  it("names the components when it is asked for one that there is not", async () => {
    const { exitCode, stderr } = await runHere(["render", "-f", minimal, "--component", "nova"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: there is no component nova: choose one of keystone, /);
  });
});
