import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { loadAll } from "js-yaml";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runHere, withoutIgnored } from "./recording-terminal.ts";

const examples = new URL("../golden/examples/", import.meta.url);
const minimal = fileURLToPath(new URL("minimal.yaml", examples));
const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

async function imagesOf(...args: readonly string[]): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await runHere(["images", ...args]);
  expect({ exitCode, stderr: withoutIgnored(stderr) }).toEqual({ exitCode: 0, stderr: "" });
  return stdout.trimEnd().split("\n");
}

/** Every value under the key `image`, wherever it stands. */
function everyImage(value: unknown, key = ""): readonly string[] {
  if (key === "image" && typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => everyImage(inner, name));
}

describe("images", () => {
  it.each(["minimal", "enterprise", "toggles", "zones", "slaves", "light-edge"])(
    "prints exactly the images of the objects that render prints for the example %s, sorted, each once",
    async (example) => {
      const file = fileURLToPath(new URL(`${example}.yaml`, examples));
      const { stdout } = await runHere(["render", "-f", file]);
      const rendered = new Set(loadAll(stdout).flatMap((object) => everyImage(object)));
      expect(await imagesOf("-f", file)).toEqual([...rendered].toSorted());
      expect(rendered.size).toBeGreaterThan(15);
    },
  );

  it("names those of init containers, DaemonSets and CronJobs", async () => {
    const repository = "registry.hub.docker.com/yunion";
    const printed = await imagesOf("-f", minimal);
    expect(printed).toContain(`${repository}/telegraf-init:release-1.36-1`);
    expect(printed).toContain(`${repository}/openvswitch:2.12.4-20260415`);
    const toggles = await imagesOf("-f", fileURLToPath(new URL("toggles.yaml", examples)));
    expect(toggles).toContain(`${repository}/test:v3.11.4`);
  });

  it("prints those of one component, and says why there are none", async () => {
    const file = fileURLToPath(new URL("enterprise.yaml", examples));
    expect((await imagesOf("-f", file, "--component", "web")).map((image) => image.replace(/.*\//, ""))).toEqual([
      "dashboard-overview:v3.11.5",
      "docs-ee:v3.11.4",
      "web-ee:v3.11.4",
    ]);
    expect(await runHere(["images", "-f", minimal, "--component", "test"])).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "example-onecloud-cluster: test does not run: spec.cronjobTest.disable is true\n",
    });
  });

  it("prints the images of several clusters together, each once", async () => {
    const folder = await temporaryFolder();
    const text = await readFile(minimal, "utf8");
    const other = await folder.write("other.yaml", text.replace("spec:", `spec:\n  glance: {tag: "${digest}"}`));
    const [one, both] = [await imagesOf("-f", minimal), await imagesOf("-f", minimal, "-f", other)];
    expect(both.filter((image) => !one.includes(image))).toEqual([`registry.hub.docker.com/yunion/glance@${digest}`]);
    expect(both).toHaveLength(one.length + 1);
  });

  it("tells programs which components run an image", async () => {
    const { stdout } = await runHere(["images", "-f", minimal, "-o", "json"]);
    expect(JSON.parse(stdout)).toContainEqual({
      image: "registry.hub.docker.com/yunion/openvswitch:2.12.4-20260415",
      components: ["ovn-north", "host-ovsdb-server", "host-ovs-vswitchd", "host-ovn-controller"],
    });
  });

  it("prints nothing for a tag that is no reference, and names field, line and remedy", async () => {
    const input = (await readFile(minimal, "utf8")).replace("spec:", "spec:\n  glance: {tag: v1@sha256:abc}");
    expect(await runHere(["images", "-f", "-"], { input })).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        "<stdin>:8:12: spec.glance.tag has a form that cannot be used: write a tag, a digest or both: v3.11, sha256:…, v3.11@sha256:…\n",
    });
  });
});
