import { beforeAll, describe, expect, it } from "vitest";
import { podSpecOf } from "../../src/cluster/sync/pod-spec.ts";
import { childrenOf } from "../support/children.ts";
import { eventually } from "../support/control-plane.ts";
import { type Installation, insideOnly, startInstallation } from "../support/installation.ts";
import { untilReady } from "../support/operator.ts";
import { type ClusterAt, patchSpec, untilReason } from "../support/user.ts";
import { imagesIn } from "../support/workload.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const registry = "registry.example.com:5000/mirror";

let installation: Installation;
let cluster: ClusterAt;

beforeAll(async () => {
  installation = await startInstallation();
  cluster = await installation.install({
    ...insideOnly(),
    imageRepository: registry,
    imagePullSecrets: [{ name: "mirror" }],
    cronjobTest: { disable: false },
    climc: { tag: digest },
    web: { tag: `v3.11@${digest}` },
    keystone: { ...insideOnly()["keystone"], image: `elsewhere.example.com/keystone@${digest}` },
  });
  await untilReady(cluster.plane, cluster.namespace, cluster.name);
  return () => installation.end();
});

async function podSpecs(): Promise<ReturnType<typeof podSpecOf>> {
  return [...(await childrenOf(cluster.plane, cluster.namespace)).values()].flatMap(podSpecOf);
}

/** Resolves with what kubectl says about a change that the API server refuses. */
async function refusalOf(spec: object): Promise<string> {
  return await patchSpec(cluster, spec).then(
    () => "accepted",
    (error: unknown) => String(error),
  );
}

describe("images of a mirror that wants a login", () => {
  it("are pulled with the Secrets of the cluster in every pod, that of the CronJob too", async () => {
    const pods = await podSpecs();
    expect(pods.length).toBeGreaterThan(10);
    for (const pod of pods) expect(pod).toMatchObject({ imagePullSecrets: [{ name: "mirror" }] });
  });

  it("may be named by digest, as tag and in a whole image", async () => {
    const images = imagesIn(await childrenOf(cluster.plane, cluster.namespace));
    expect(images).toMatchObject({
      "Deployment prod-climc/climc": `${registry}/climc@${digest}`,
      "Deployment prod-web/web": `${registry}/web:v3.11@${digest}`,
      "Deployment prod-keystone/keystone": `elsewhere.example.com/keystone@${digest}`,
      "CronJob prod-test/test": `${registry}/test:latest`,
    });
  });

  it("are pulled with other Secrets when the spec names others, and with none when it names none", async () => {
    await patchSpec(cluster, { imagePullSecrets: [{ name: "other" }], climc: { imagePullSecrets: [{ name: "own" }] } });
    await eventually(async () => {
      const named = (await podSpecs()).map((pod) => JSON.stringify(pod["imagePullSecrets"]));
      expect(new Set(named)).toEqual(new Set(['[{"name":"other"}]', '[{"name":"other"},{"name":"own"}]']));
    });
    await patchSpec(cluster, { imagePullSecrets: null, climc: { imagePullSecrets: null } });
    await eventually(async () => {
      for (const pod of await podSpecs()) expect(pod).not.toHaveProperty("imagePullSecrets");
    });
    await untilReady(cluster.plane, cluster.namespace, cluster.name);
  });
});

describe("a reference that is none", () => {
  it.each([
    ["spec.glance.tag", { glance: { tag: "v1@sha256:abc" } }],
    ["spec.web.overview.tag", { web: { overview: { tag: "v 1" } } }],
    ["spec.keystone.image", { keystone: { image: "a b" } }],
    ["spec.version", { version: digest }],
    ["spec.imageRepository", { imageRepository: "registry example" }],
    ["spec.imagePullSecrets[0].name", { imagePullSecrets: [{ name: "Not A Name" }] }],
  ])("is refused by the API server by its field %s", async (field, spec) => {
    expect(await refusalOf(spec)).toContain(`${field}: Invalid value`);
  });

  it("is told with field and remedy where only the operator looks closely, and nothing is changed", async () => {
    const before = imagesIn(await childrenOf(cluster.plane, cluster.namespace));
    await patchSpec(cluster, { version: "v9", glance: { repository: "https://registry.example.com" } });
    const { message } = await untilReason(cluster, "SpecAccepted", "InvalidSpec");
    expect(message).toMatch(/^spec\.glance\.repository has a form that cannot be used: write registry and path/);
    expect(imagesIn(await childrenOf(cluster.plane, cluster.namespace))).toEqual(before);
  });
});
