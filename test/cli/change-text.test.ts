import { describe, expect, it } from "vitest";
import { changeText, deletionText, inReadingOrder } from "../../src/cli/change-text.ts";
import type { KubeObject } from "../../src/kube/object.ts";

function object(kind: string, fields: Readonly<Record<string, unknown>>): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name: "prod", namespace: "onecloud" }, ...fields };
}

describe("the text of a change", () => {
  it("leaves out what the API server keeps for itself, and the copies of kubectl and the older operator", () => {
    const metadata = { name: "prod", namespace: "onecloud", uid: "1", resourceVersion: "7", generation: 3 };
    const annotations = {
      "kubectl.kubernetes.io/last-applied-configuration": '{"password":"pw-canary"}',
      "onecloud.yunion.io/last-applied-configuration": '{"password":"pw-canary"}',
    };
    const before = { ...object("Service", { status: { x: 1 } }), metadata: { ...metadata, annotations } };
    const after = {
      ...before,
      metadata: { ...metadata, resourceVersion: "8", annotations: { ...annotations, a: "b" } },
    };
    expect(changeText({ before, after: before }, [])).toBe("");
    expect(changeText({ before, after }, [])).toBe(
      [
        "--- Service onecloud/prod (live)",
        "+++ Service onecloud/prod (wanted)",
        "@@ -1,5 +1,7 @@",
        " apiVersion: v1",
        " kind: Service",
        " metadata:",
        "+  annotations:",
        "+    a: b",
        "   name: prod",
        "   namespace: onecloud",
        "",
      ].join("\n"),
    );
  });

  it("shows the operator's checksum only where nothing else differs", () => {
    const stamped = (checksum: string, spec: number): KubeObject => ({
      ...object("Service", { spec }),
      metadata: { name: "prod", annotations: { "onecloud.yunion.io/wanted-checksum": checksum } },
    });
    expect(changeText({ before: stamped("old", 1), after: stamped("new", 2) }, [])).not.toContain("checksum");
    expect(changeText({ before: stamped("old", 1), after: stamped("new", 1) }, [])).toContain(
      "+    onecloud.yunion.io/wanted-checksum: new\n",
    );
  });

  it("shows a new object from nothing, and a deletion in one line", () => {
    expect(
      changeText({ after: object("Service", {}) }, []).startsWith(
        "--- /dev/null\n+++ Service onecloud/prod (wanted)\n@@ -0,0 ",
      ),
    ).toBe(true);
    expect(deletionText({ before: object("Service", {}) })).toBe("delete Service onecloud/prod\n");
  });

  it("comes with the cluster first, then component by component", () => {
    const of = (kind: string, component?: string): KubeObject => {
      const labels = component === undefined ? {} : { "app.kubernetes.io/component": component };
      return { ...object(kind, {}), metadata: { name: "prod", labels } };
    };
    const changes = [
      of("Service", "glance"),
      of("Deployment", "keystone"),
      of("Service", "keystone"),
      of("OnecloudCluster"),
    ];
    const names = inReadingOrder(changes.map((after) => ({ after }))).map(({ after }) => [
      after?.kind,
      after?.metadata.labels?.["app.kubernetes.io/component"],
    ]);
    expect(names).toEqual([
      ["OnecloudCluster", undefined],
      ["Service", "keystone"],
      ["Deployment", "keystone"],
      ["Service", "glance"],
    ]);
  });
});
