import { describe, expect, it } from "vitest";
import type { LogFormat } from "../../src/cli/logger.ts";
import { createLogger } from "../../src/cli/logger.ts";

function logged(logFormat: LogFormat): readonly string[] {
  const lines: string[] = [];
  const logger = createLogger({ logLevel: "info", logFormat }, (line) => void lines.push(line));
  logger.debug("not told");
  logger.info({ action: "created", object: "Service prod-web" }, "object synced");
  logger.error({ err: new Error("no way") }, "pass failed");
  return lines;
}

describe("a log line", () => {
  it("is one JSON object with time, level, message and fields", () => {
    const [first = "", second = ""] = logged("json");
    expect(JSON.parse(first)).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      action: "created",
      object: "Service prod-web",
      msg: "object synced",
    });
    expect(JSON.parse(second)).toMatchObject({ level: "error", err: { type: "Error", message: "no way" } });
    expect(logged("json")).toHaveLength(2);
  });

  it("is a line for people when text is asked for", () => {
    const [first = "", second = ""] = logged("text").map((line) => line.slice("2026-01-31T10:00:00.000Z ".length));
    expect(first).toBe('INFO  object synced action=created object="Service prod-web"\n');
    expect(second).toBe('ERROR pass failed err="no way"\n');
  });
});
