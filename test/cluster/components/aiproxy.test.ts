import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { isKubeObject, isMapping, readYaml } from "../../golden/scenarios.ts";
import { wantedBy } from "../../golden/wanted.ts";

const minimal = readYaml(new URL("../../golden/examples/minimal.yaml", import.meta.url), isKubeObject);

/** What the file of aiproxy says about the store of its logs when the monitor stack has this spec. */
function logStoreWith(monitorStack: Readonly<Record<string, unknown>>): unknown {
  const cluster = { ...minimal, spec: { ...Object(minimal["spec"]), monitorStack } };
  const file = wantedBy(cluster, "ConfigMap")
    .get("aiproxy")
    ?.find(({ kind }) => kind === "ConfigMap");
  const data = isMapping(file?.["data"]) ? file["data"] : {};
  const options = Object.entries(Object(load(String(data["config"]))));
  return Object.fromEntries(options.filter(([key]) => key.startsWith("api_log_s3_")));
}

describe("the logs of aiproxy", () => {
  it("go to the monitor stack's MinIO under its generated key", () => {
    expect(logStoreWith({})).toEqual({ api_log_s3_secret_key: "pw-minio" });
  });

  it("go there under the keys that the spec names", () => {
    const minio = { accessKey: "logs", secretKey: "chosen" };
    expect(logStoreWith({ minio })).toEqual({ api_log_s3_access_key: "logs", api_log_s3_secret_key: "chosen" });
  });

  it("go nowhere when there is no monitor stack", () => {
    expect(logStoreWith({ disable: true })).toEqual({});
  });
});
