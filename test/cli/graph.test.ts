import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { graphDot } from "../../src/cli/graph/dot.ts";
import { graphSvg } from "../../src/cli/graph/svg.ts";
import { graphText } from "../../src/cli/graph/text.ts";
import { components } from "../../src/cluster/components/index.ts";
import type { Graph } from "../../src/cluster/graph.ts";
import { runHere } from "./recording-terminal.ts";

const examples = new URL("../golden/examples/", import.meta.url);
const fileOf = (name: string): string => fileURLToPath(new URL(name, examples));

async function drawn(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runHere(["graph", ...args]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
}

/** Every statement of DOT as this program writes it: attributes of nodes, a node, or an arrow, each on a line. */
const text = '"(?:[^"\\\\\\n]|\\\\.)*"';
const attributes = `\\[\\w+=(?:${text}|\\w+)(?:, \\w+=(?:${text}|\\w+))*\\]`;
const statement = new RegExp(`^  (?:rankdir=LR|node ${attributes}|${text}(?: -> ${text})?(?: ${attributes})?);$`);

function expectDot(dot: string): void {
  const [head = "", ...lines] = dot.trimEnd().split("\n");
  expect(head).toMatch(new RegExp(`^digraph ${text} \\{$`));
  expect(lines.pop()).toBe("}");
  expect(lines.filter((line) => !statement.test(line))).toEqual([]);
}

/** The names of elements that an XML text opens and never closes, or closes without having opened them. */
function unbalanced(xml: string): readonly string[] {
  const open: string[] = [];
  for (const [, closing, name = "", rest = ""] of xml.matchAll(/<(\/?)(\w+)([^>]*)>/g)) {
    if (closing === "/" && open.pop() !== name) return [name];
    if (closing === "" && !rest.endsWith("/")) open.push(name);
  }
  return open;
}

/** One that tries what a message and a name could do to a drawing. */
const nasty: Graph = {
  title: 'a "quoted" \\ <title> & more',
  nodes: [
    {
      type: "first",
      after: [],
      gatedBy: [],
      state: { phase: "Failed", ready: "0/1", message: 'it\nsays "no" <b> \\' },
    },
    { type: "second", after: [], gatedBy: ["first"], state: { phase: "Unknown" } },
  ],
  resting: [{ type: "third", reason: 'spec says "disable" & <more>' }],
};

describe("graph", () => {
  it("shows every component as a tree, what waits under what it waits for", async () => {
    const tree = await drawn();
    for (const { type } of components) expect(tree).toMatch(new RegExp(`(?:^|[─═] |^  )${type}(?: |$)`, "m"));
    expect(tree).toContain("├─ region\n│  ├─ scheduler\n");
    expect(tree).toContain(
      "host-ovsdb-server\n└═ host-ovs-vswitchd\n   └═ host-ovn-controller     also after ovn-north\n",
    );
    expect(tree).toContain("  influxdb  it is not run any more\n");
  });

  it("shows what a cluster runs, and why it does not run the rest", async () => {
    const tree = await drawn("-f", fileOf("toggles.yaml"));
    expect(tree).toMatch(/^toggles\n\nkeystone\n/);
    expect(tree).toContain("─ cloudnet\n");
    expect(tree).toMatch(/^ {2}logger +spec\.logger\.disable is true$/m);
    expect(tree).not.toContain("─ logger");
    expect(tree).not.toContain("\u001b");
  });

  it("writes a digraph for Graphviz, with a dashed arrow for each gate", async () => {
    const dot = await drawn("-o", "dot");
    expectDot(dot);
    expect(dot).toContain('  "region" -> "scheduler";\n');
    expect(dot).toContain('  "host-ovsdb-server" -> "host-ovs-vswitchd" [style=dashed];\n');
    expect(dot).not.toContain('"keystone" -> "scheduler"');
    expectDot(graphDot(nasty));
  });

  it("draws a picture that is well-formed and holds every component once", async () => {
    const svg = await drawn("-o", "svg", "-f", fileOf("enterprise.yaml"));
    expect(unbalanced(svg)).toEqual([]);
    for (const { type } of components) expect(svg.split(`>${type}</text>`)).toHaveLength(2);
    expect(unbalanced(graphSvg(nasty))).toEqual([]);
    expect(graphSvg(nasty)).toContain("third spec says &#34;disable&#34; &#38; &#60;more&#62;");
  });

  it("names the state of each component in text, picture and digraph, in colour for a person at a terminal", () => {
    expect(graphText(nasty)).toContain("first      Failed 0/1 (it says");
    expect(graphText(nasty, true)).toContain("\u001b[31mFailed\u001b[39m 0/1");
    expect(graphSvg(nasty)).toContain(">Failed 0/1</text>");
    expect(graphDot(nasty)).toContain('label="first\\nFailed 0/1"');
  });

  it("refuses a cluster with a mistake in the words of validate", async () => {
    const input = "apiVersion: onecloud.yunion.io/v1alpha1\nkind: OnecloudCluster\nmetadata: {name: a}\nspec: {}\n";
    const { exitCode, stdout, stderr } = await runHere(["graph", "-f", "-"], { input });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("mysql.host is missing");
  });

  it.each([
    [["--status", "-f", fileOf("minimal.yaml")], "--status shows a stored cluster"],
    [["prod"], "a stored cluster is shown with --status only"],
    [["-n", "onecloud"], "a stored cluster is shown with --status only"],
    [["-o", "svg", "-f", fileOf("minimal.yaml"), "-f", fileOf("zones.yaml")], "a picture shows one cluster"],
  ])("says what to do instead of graph %j", async (args, sentence) => {
    const { exitCode, stdout, stderr } = await runHere(["graph", ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(`error: ${sentence}`);
  });

  it("writes several clusters one after the other", async () => {
    const dot = await drawn("-o", "dot", "-f", fileOf("minimal.yaml"), "-f", fileOf("toggles.yaml"));
    expect(dot.match(/^digraph .*/gm)).toEqual(['digraph "example-onecloud-cluster" {', 'digraph "toggles" {']);
  });
});
