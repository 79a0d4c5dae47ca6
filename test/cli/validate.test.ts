import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runHere, withoutIgnored } from "./recording-terminal.ts";

const head = "apiVersion: onecloud.yunion.io/v1alpha1\nkind: OnecloudCluster\n";

/** A cluster whose spec begins on line 6, behind its mysql host. */
function cluster(spec: string, metadata = "{name: prod}"): string {
  return `${head}metadata: ${metadata}\nspec:\n  mysql: {host: db}\n${spec}`;
}

async function findings(input: string): Promise<readonly string[]> {
  const { stderr } = await runHere(["validate", "-f", "-"], { input });
  return stderr.trimEnd().split("\n");
}

describe("validate", () => {
  it("says that a file without mistakes has none", async () => {
    const ran = await runHere(["validate", "-f", "-"], { input: cluster("") });
    expect(ran).toEqual({ exitCode: 0, stdout: "<stdin>: OnecloudCluster prod: no mistakes\n", stderr: "" });
  });

  it("tells every mistake with line, column and field, in the order of the lines", async () => {
    const spec = [
      "  version: 2.10",
      "  keystone:",
      "    tolerations:",
      "      - key: a",
      "        efect: NoSchedule",
      "    nodeSelector:",
      "      example.com/disk: 3",
      "    publicService:",
      "      nodePort: 70000",
      "",
    ];
    expect(await findings(cluster(spec.join("\n")))).toEqual([
      "<stdin>:6:3: spec.version must be a text",
      "<stdin>:9:9: spec.keystone.tolerations[0] has no field efect: take it out",
      "<stdin>:12:7: spec.keystone.nodeSelector.example.com/disk must be a text",
      "<stdin>:14:7: spec.keystone.publicService.nodePort must be at most 65535",
    ]);
  });

  it("warns about fields that are dropped, and lets them pass", async () => {
    const input = cluster("  keystone:\n    replica: 2\n  mysqll: {}\n");
    const { exitCode, stderr } = await runHere(["validate", "-f", "-"], { input });
    expect(exitCode).toBe(0);
    expect(stderr.split("\n")).toEqual([
      "<stdin>:7:5: warning: spec.keystone.replica is no field of a OnecloudCluster and is dropped",
      "<stdin>:8:3: warning: spec.mysqll is no field of a OnecloudCluster and is dropped",
      "",
    ]);
  });

  it("warns about fields that have no effect, unless the cluster was stored: others filled them in then", async () => {
    const input = cluster("  scheduler:\n    slave_replicas: 2\n");
    const { exitCode, stderr } = await runHere(["validate", "-f", "-"], { input });
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      "<stdin>:7:5: warning: spec.scheduler.slave_replicas has no effect: it has no read-only pods\n",
    );
    const stored = input.replace("name: prod", "name: prod, uid: 5f6b2c");
    expect((await runHere(["validate", "-f", "-"], { input: stored })).stderr).toBe("");
  });

  it("finds two components that ask for the same node port, at the port that is written", async () => {
    const [only, ...others] = await findings(cluster("  glance:\n    service:\n      nodePort: 30500\n"));
    expect(others).toEqual([]);
    expect(only).toContain("<stdin>:8:7: spec.glance.service.nodePort is 30500");
  });

  it("asks nothing for a component that does not run: only edition ee needs MySQL beside Dameng", async () => {
    const inEdition = (edition: string): string =>
      `${head}metadata: {name: prod, annotations: {onecloud.yunion.io/edition: ${edition}}}\nspec: {db_engine: dameng, dameng: {host: db}}\n`;
    expect((await runHere(["validate", "-f", "-"], { input: inEdition("ce") })).exitCode).toBe(0);
    expect(await findings(inEdition("ee"))).toEqual([expect.stringContaining("itsm can use MySQL alone")]);
  });

  it("finds an edition that there is not", async () => {
    const metadata = '{name: prod, annotations: {"onecloud.yunion.io/edition": gold}}';
    expect(await findings(cluster("", metadata))).toEqual([
      "<stdin>:3:38: annotation onecloud.yunion.io/edition is gold: set it to one of ce, ce/support, ee",
    ]);
  });

  it("tells a rule over several fields at the spec that breaks it", async () => {
    const [finding] = await findings(`${head}metadata: {name: prod}\nspec:\n  region: a\n`);
    expect(finding).toMatch(/^<stdin>:4:1: spec\.mysql\.host is missing/);
  });

  it("names the line of a mistake in the YAML without quoting the file", async () => {
    const [finding, ...others] = await findings(`${head}spec:\n  mysql:\n    password: "pw-canary" x\n`);
    expect(others).toEqual([]);
    expect(finding).toMatch(/^<stdin>:5:\d+: is no YAML: /);
    expect(finding).not.toContain("canary");
  });

  it("never quotes a value", async () => {
    const input = cluster("  keystone:\n    bootstrapPassword: [pw-canary]\n    image: {x: pw-canary}\n");
    expect((await findings(input)).join("\n")).not.toContain("canary");
  });

  it("looks at every cluster of a file and of a List, and at nothing else", async () => {
    const item = "- apiVersion: onecloud.yunion.io/v1alpha1\n  kind: OnecloudCluster\n  metadata: {name: second}\n";
    const input = [
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: onecloud}\n",
      cluster("  keystone: {replicas: x}\n"),
      `kind: List\napiVersion: v1\nitems:\n${item}  spec:\n    mysql: {host: db}\n    glance: {disable: 3}\n`,
    ];
    expect(await findings(input.join("---\n"))).toEqual([
      "<stdin>:10:14: spec.keystone.replicas must be a whole number",
      "<stdin>:20:14: spec.glance.disable must be true or false",
    ]);
  });

  it.each([
    [
      "another version",
      "apiVersion: onecloud.yunion.io/v1\nkind: OnecloudCluster\n",
      "<stdin>:1:1: apiVersion must be ",
    ],
    ["no name", `${head}metadata: {}\nspec: {}\n`, "<stdin>:3:1: metadata.name is missing"],
    ["a name that cannot be", `${head}metadata: {name: My_Cloud}\nspec: {}\n`, "<stdin>:3:12: metadata.name must be "],
    ["no spec", `${head}metadata: {name: a}\n`, "<stdin>:1:1: spec is missing"],
    ["a spec that is no mapping", `${head}metadata: {name: a}\nspec: [a]\n`, "<stdin>:4:1: spec must be a mapping"],
    ["no kind", "spec: {}\n", "<stdin>:1:1: kind is missing"],
    ["nothing at all", "", "<stdin>: holds no OnecloudCluster (apiVersion onecloud.yunion.io/v1alpha1)"],
  ])("tells of a document with %s", async (_, input, sentence) => {
    const { exitCode, stderr } = await runHere(["validate", "-f", "-"], { input });
    expect(exitCode).toBe(1);
    expect(stderr.startsWith(sentence)).toBe(true);
  });

  it("names the file where there are several, and ends with 1 when one has a mistake", async () => {
    const folder = await temporaryFolder();
    const good = await folder.write("good.yaml", cluster(""));
    const bad = await folder.write("bad.yaml", cluster("  region: 1\n"));
    expect(await runHere(["validate", "-f", good, "-f", bad])).toEqual({
      exitCode: 1,
      stdout: `${good}: OnecloudCluster prod: no mistakes\n`,
      stderr: `${bad}:6:3: spec.region must be a text\n`,
    });
  });

  it("reads yes and no as kubectl does", async () => {
    expect((await runHere(["validate", "-f", "-"], { input: cluster("  glance: {disable: yes}\n") })).exitCode).toBe(0);
  });

  it("accepts every example", async () => {
    const folder = new URL("../golden/examples/", import.meta.url);
    for (const name of ["minimal", "enterprise", "slaves", "support", "toggles", "ipv6-dameng"]) {
      const input = await readFile(new URL(`${name}.yaml`, folder), "utf8");
      const { exitCode, stderr } = await runHere(["validate", "-f", "-"], { input });
      expect({ exitCode, stderr: withoutIgnored(stderr) }).toEqual({ exitCode: 0, stderr: "" });
    }
  });
});
