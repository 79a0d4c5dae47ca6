import { describe, expect, it } from "vitest";
import { summaryText } from "../../src/cli/change-summary.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { plainDeployment, plainObject } from "../support/plain-objects.ts";

const running = plainDeployment("prod-region", { image: "region:v1" });
const upgraded = plainDeployment("prod-region", { image: "region:v2" });

function withSpec(object: KubeObject, more: object): KubeObject {
  return { ...object, spec: { ...(object["spec"] as object), ...more } };
}

describe("the summary of changes", () => {
  it("is one line per object, with what becomes of it, and how many there are of each", () => {
    const service = plainObject("Service", "prod-region", { spec: { port: 1 } });
    const text = summaryText([
      { before: plainObject("Service", "prod-web") },
      { before: service, after: withSpec(service, { port: 2 }) },
      { after: plainObject("Secret", "prod-region", { data: { a: "cHctY2FuYXJ5" } }) },
      { before: running, after: upgraded },
      { before: running, after: running },
    ]);
    expect(text).toMatch(/^CHANGE +OBJECT +LINES +PODS\n/);
    expect(text).toMatch(/^create +Secret onecloud\/prod-region +\+\d+ -0$/m);
    expect(text).toMatch(/^update +Service onecloud\/prod-region +\+1 -1$/m);
    expect(text).toMatch(/^delete +Service onecloud\/prod-web +\+0 -\d+$/m);
    expect(text).toMatch(/^update +Deployment onecloud\/prod-region +\+1 -1 +restart$/m);
    expect(text).toMatch(/\n\n1 to create, 2 to update, 1 to delete; the pods of 1 workload restart\n$/);
    expect(text).not.toContain("cHctY2FuYXJ5");
  });

  it("is empty where nothing differs", () => {
    expect(summaryText([{ before: running, after: running }])).toBe("");
  });

  it("says what is deleted and made again, because it selects other pods", () => {
    const other = withSpec(upgraded, { selector: { matchLabels: { zone: "a" } } });
    expect(summaryText([{ before: running, after: other }])).toMatch(/^replace +Deployment .* restart$/m);
  });

  it.each([
    ["has another number of pods", running, withSpec(running, { replicas: 5 })],
    ["runs no pods", withSpec(running, { replicas: 0 }), withSpec(upgraded, { replicas: 0 })],
    [
      "leaves its pods to people",
      { ...running, kind: "DaemonSet" },
      { ...withSpec(upgraded, { updateStrategy: { type: "OnDelete" } }), kind: "DaemonSet" },
    ],
  ])("tells of no restart where a workload %s", (_, before, after) => {
    expect(summaryText([{ before, after }])).toContain("1 to update; no pods restart\n");
  });
});
