import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { version } from "../../../src/version.ts";

const root = join(import.meta.dirname, "..", "..", "..");

describe("what is packaged", () => {
  it("is one file that is copied, run by a user who is not root, without a command of the base", async () => {
    const lines = (await readFile(join(root, "Dockerfile"), "utf8")).split("\n");
    const instructions = lines.map((line) => line.split(" ")[0] ?? "").filter((word) => /^[A-Z]+$/.test(word));
    expect(instructions).not.toContain("RUN");
    expect(lines.filter((line) => line.startsWith("COPY"))).toEqual([
      "COPY dist/onecloud-operator.mjs /onecloud-operator.mjs",
    ]);
    expect(lines).toContain("USER 65532:65532");
  });

  it("has in its chart the version of the program", async () => {
    const chart = load(await readFile(join(root, "deploy", "Chart.yaml"), "utf8"));
    expect(chart).toMatchObject({ version, appVersion: version });
  });
});
