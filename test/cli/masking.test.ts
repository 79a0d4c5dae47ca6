import { describe, expect, it } from "vitest";
import { masked, secretTexts } from "../../src/cli/masking.ts";
import type { KubeObject } from "../../src/kube/object.ts";

function object(kind: string, fields: Readonly<Record<string, unknown>>): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name: "prod", namespace: "onecloud" }, ...fields };
}

const secret = (data: Readonly<Record<string, string>>): KubeObject => object("Secret", { data });
const configMap = (config: string): KubeObject => object("ConfigMap", { data: { config } });

describe("masking", () => {
  it("hides every value of a Secret and tells which changes", () => {
    const { before, after } = masked(
      { before: secret({ a: "b2xk", b: "c2FtZQ==" }), after: secret({ a: "bmV3", b: "c2FtZQ==", c: "eA==" }) },
      [],
    );
    expect(before?.["data"]).toEqual({ a: "(masked)", b: "(masked)" });
    expect(after?.["data"]).toEqual({ a: "(masked, changes)", b: "(masked)", c: "(masked)" });
  });

  it("hides the credentials of a cluster's spec, and shows the rest", () => {
    const spec = { mysql: { host: "db", password: "pw" }, keystone: { bootstrapPassword: "pw", replicas: 2 } };
    const { after } = masked({ after: object("OnecloudCluster", { spec }) }, []);
    expect(after?.["spec"]).toEqual({
      mysql: { host: "db", password: "(masked)" },
      keystone: { bootstrapPassword: "(masked)", replicas: 2 },
    });
  });

  it("hides passwords in option files that lie in ConfigMaps, old ones too", () => {
    const file = (password: string): string =>
      `admin_password: ${password}\nport: 30500\nreset_admin_user_password: true\nsql_connection: mysql+pymysql://keystone:${password}@db:3306/keystone\n`;
    const { before, after } = masked({ before: configMap(file("old")), after: configMap(file("new")) }, []);
    expect(before?.["data"]).toEqual({ config: file("(masked)") });
    expect(after?.["data"]).toEqual({ config: file("(masked, changes)") });
  });

  it.each(["kubectl.kubernetes.io", "onecloud.yunion.io"])(
    "hides the copy of an object that an annotation of %s holds, of the pods too",
    (prefix) => {
      const annotations = { [`${prefix}/last-applied-configuration`]: '{"config":"password: pw-canary"}', plain: "a" };
      const pods = { template: { metadata: { annotations } } };
      const before = object("Deployment", { spec: pods });
      const change = { before: { ...before, metadata: { ...before.metadata, annotations } }, after: before };
      const shown = masked(change, []);
      expect(shown.before?.metadata.annotations).toMatchObject({ plain: "a" });
      expect(JSON.stringify(shown)).not.toContain("pw-canary");
    },
  );

  it("hides a known credential in an annotation", () => {
    const one = object("Service", {});
    const after = { ...one, metadata: { ...one.metadata, annotations: { note: "it is pw-canary" } } };
    expect(masked({ after }, ["pw-canary"]).after?.metadata.annotations).toEqual({ note: "it is (masked)" });
  });

  it("hides the value of a variable whose name says what it is", () => {
    const env = [
      { name: "OS_PASSWORD", value: "pw" },
      { name: "OS_USERNAME", value: "sysadmin" },
    ];
    expect(masked({ after: object("Deployment", { env }) }, []).after?.["env"]).toEqual([
      { name: "OS_PASSWORD", value: "(masked)" },
      { name: "OS_USERNAME", value: "sysadmin" },
    ]);
  });

  it("hides an argument that is a credential, and shows what only names one", () => {
    const fields = {
      args: ["--pprofAuthKey=pw", "--port=1"],
      secretName: "prod-certs",
      secretKeyRef: { name: "a", key: "b" },
    };
    expect(masked({ after: object("Deployment", fields) }, []).after).toMatchObject({
      ...fields,
      args: ["--pprofAuthKey=(masked)", "--port=1"],
    });
  });

  it("hides known credentials wherever they stand", () => {
    const { after } = masked({ after: configMap("motto = s3cret-word!\n") }, ["s3cret-word"]);
    expect(after?.["data"]).toEqual({ config: "motto = (masked)!\n" });
  });

  it("finds what credentials a document holds", () => {
    const document = { glance: { password: "a", db: { password: "b", username: "c" } }, x: { pprofAuthKey: "d" } };
    expect(secretTexts(document)).toEqual(["a", "b", "d"]);
  });
});
