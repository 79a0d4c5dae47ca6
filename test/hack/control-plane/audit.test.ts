import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readRequests } from "../../../hack/control-plane/audit.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "audit-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function line(auditID: string, second: number, more: object = {}): string {
  const time = `2026-01-01T00:00:${String(second).padStart(2, "0")}.000001Z`;
  const event = {
    auditID,
    verb: "get",
    userAgent: "operator/1",
    stage: "ResponseComplete",
    requestReceivedTimestamp: time,
  };
  return `${JSON.stringify({ ...event, ...more })}\n`;
}

async function idsOf(filter: Parameters<typeof readRequests>[1]): Promise<readonly string[]> {
  return (await readRequests(directory, filter)).map(({ auditID }) => auditID);
}

describe("readRequests", () => {
  it("reads full logs that were put aside as well as the one being written, in the order of receipt", async () => {
    writeFileSync(join(directory, "audit.log"), line("d", 4) + line("c", 3));
    writeFileSync(join(directory, "audit-2026-01-01T00-00-02.000.log"), line("a", 1) + line("b", 2));
    expect(await idsOf({})).toEqual(["a", "b", "c", "d"]);
  });

  it("counts a watch once, from its beginning", async () => {
    const watch = { verb: "watch", stage: "ResponseStarted" };
    writeFileSync(join(directory, "audit.log"), line("w", 1, watch) + line("x", 2) + line("w", 1, { verb: "watch" }));
    expect(await idsOf({})).toEqual(["w", "x"]);
    expect((await readRequests(directory, {}))[0]?.stage).toBe("ResponseStarted");
  });

  it("leaves out a line that is still being written", async () => {
    writeFileSync(join(directory, "audit.log"), line("a", 1) + line("b", 2).slice(0, 40));
    expect(await idsOf({})).toEqual(["a"]);
  });

  it("matches the start of the user agent, not a part of it", async () => {
    writeFileSync(join(directory, "audit.log"), line("a", 1) + line("b", 2, { userAgent: "not-operator/1" }));
    expect(await idsOf({ userAgent: "operator" })).toEqual(["a"]);
  });

  it("matches the whole name of the user", async () => {
    const by = (username: string): object => ({ user: { username } });
    writeFileSync(join(directory, "audit.log"), line("a", 1, by("op")) + line("b", 2, by("op-2")));
    expect(await idsOf({ user: "op" })).toEqual(["a"]);
  });

  it("takes the span from its first moment up to, and without, its last", async () => {
    writeFileSync(join(directory, "audit.log"), line("a", 1) + line("b", 2) + line("c", 3));
    const span = { since: new Date("2026-01-01T00:00:02Z"), until: new Date("2026-01-01T00:00:03Z") };
    expect(await idsOf(span)).toEqual(["b"]);
  });
});
