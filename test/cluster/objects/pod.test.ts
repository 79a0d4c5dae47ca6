import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import type { InputParts } from "../../support/cluster-scope.ts";
import { components } from "../../../src/cluster/components/index.ts";
import { podSpecOf } from "../../../src/cluster/sync/pod-spec.ts";
import { componentOf, inputsFor } from "../../support/cluster-scope.ts";
import { partAt } from "../../support/part-at.ts";
import { wantedObjects } from "../../../src/cluster/sync/wanted.ts";

interface Template {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: JsonObject & { readonly containers: readonly JsonObject[] };
}

function templateOf(type: string, spec: JsonObject = {}, more: InputParts = {}): Template {
  const objects = wantedObjects(componentOf(type), inputsFor({ [componentOf(type).specKey]: spec }, more));
  const workload = objects.find(({ kind }) => kind === "Deployment" || kind === "DaemonSet");
  return partAt(workload, "spec", "template") as Template;
}

const checksumKey = "onecloud.yunion.io/config-checksum";

function checksumOf(type: string, spec: JsonObject = {}, more: InputParts = {}): string | undefined {
  return templateOf(type, spec, more).metadata.annotations?.[checksumKey];
}

describe("the checksum that restarts pods", () => {
  it("is there wherever pods read a file or a credential", () => {
    for (const type of ["region", "web", "climc", "victoria-metrics"])
      expect(checksumOf(type)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("changes with the file of the component", () => {
    expect(checksumOf("region", { options: { log_level: "debug" } })).not.toBe(checksumOf("region"));
    const document = { region: { password: "another" } };
    expect(checksumOf("region", {}, { document })).not.toBe(checksumOf("region"));
  });

  it("changes with a credential that comes as a variable", () => {
    const pprof = { victoriaMetrics: { pprofAuthKey: "another" } };
    expect(checksumOf("victoria-metrics", {}, { document: pprof })).not.toBe(checksumOf("victoria-metrics"));
    const bootstrap = { keystone: { bootstrapPassword: "another" } };
    expect(checksumOf("climc", {}, { document: bootstrap })).not.toBe(checksumOf("climc"));
  });

  it("stays when something else changes", () => {
    expect(checksumOf("region", { replicas: 3, image: "x" })).toBe(checksumOf("region"));
    expect(checksumOf("region", {}, { document: { glance: { password: "another" } } })).toBe(checksumOf("region"));
  });

  it("stands beside the annotations that a user asks for", () => {
    const annotations = { "prometheus.io/scrape": "true" };
    expect(templateOf("region", { annotations }).metadata.annotations).toMatchObject(annotations);
    expect(checksumOf("region", { annotations })).toBe(checksumOf("region"));
  });
});

describe("the mounts of a container", () => {
  const pathsOf = (type: string) =>
    templateOf(type).spec.containers.flatMap(({ volumeMounts }) =>
      (volumeMounts as unknown as readonly JsonObject[]).map((mount) => mount["mountPath"]),
    );

  it("begin with the directory of the node that the others lie in", () => {
    expect(pathsOf("host").slice(0, 3)).toEqual(["/etc/yunion", "/etc/yunion/pki", "/etc/yunion/common"]);
    expect(pathsOf("host-deployer").slice(0, 2)).toEqual(["/etc/yunion", "/etc/yunion/common"]);
  });

  it("begin with certificates and option file where these lie in no other", () => {
    expect(pathsOf("region").slice(0, 2)).toEqual(["/etc/yunion/pki", "/etc/yunion"]);
  });
});

describe("a credential in the environment", () => {
  const environment = (platform: JsonObject): JsonObject | undefined => {
    const objects = wantedObjects(componentOf("climc"), inputsFor(platform));
    const template = partAt(objects.at(-1), "spec", "template") as Template;
    const variables = template.spec.containers[0]?.["env"] as readonly JsonObject[];
    return variables.find(({ name }) => name === "OS_PASSWORD");
  };

  it("is a reference to the Secret of the credentials", () => {
    expect(environment({})).toEqual({
      name: "OS_PASSWORD",
      valueFrom: { secretKeyRef: { name: "prod-cluster-config", key: "bootstrapPassword" } },
    });
  });

  it("is plain text where the cluster keeps credentials so", () => {
    expect(environment({ optionFiles: { storage: "ConfigMap" } })).toEqual({
      name: "OS_PASSWORD",
      value: "keystone.bootstrapPassword",
    });
  });
});

describe("the Secrets with which images are pulled", () => {
  const imagePullSecrets = [{ name: "mirror" }];

  it("are those of the cluster in every pod of every component, the one of a CronJob too", () => {
    const inputs = inputsFor({ imagePullSecrets, cronjobTest: { disable: false } }, { edition: "ee" });
    const pods = components.flatMap((component) => wantedObjects(component, inputs)).flatMap(podSpecOf);
    expect(pods.length).toBeGreaterThan(45);
    for (const pod of pods) expect(pod).toMatchObject({ imagePullSecrets });
  });

  it("are those of the component too, each once and only where it has a name", () => {
    const own = [{ name: "mine" }, { name: "mirror" }, {}, { name: "" }];
    const inputs = inputsFor({ imagePullSecrets, glance: { imagePullSecrets: own } });
    const [pod] = wantedObjects(componentOf("glance"), inputs).flatMap(podSpecOf);
    expect(pod).toMatchObject({ imagePullSecrets: [{ name: "mirror" }, { name: "mine" }] });
  });

  it("are none when nobody names one", () => {
    expect(templateOf("glance", { imagePullSecrets: [] }).spec).not.toHaveProperty("imagePullSecrets");
  });
});

describe("where pods run", () => {
  const controllers = { requiredDuringSchedulingIgnoredDuringExecution: expect.anything() };
  const podAntiAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "zone" }] };

  it("is on the nodes of the platform unless the spec says otherwise", () => {
    expect(templateOf("region").spec["affinity"]).toEqual({ nodeAffinity: controllers });
  });

  it("is there too with an affinity of the spec that says nothing of nodes", () => {
    expect(templateOf("region", { affinity: { podAntiAffinity } }).spec["affinity"]).toEqual({
      podAntiAffinity,
      nodeAffinity: controllers,
    });
  });

  it("is where the spec says, when it speaks of nodes", () => {
    const affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } };
    expect(templateOf("region", { affinity }).spec["affinity"]).toEqual(affinity);
  });

  it("is left to the volume where that binds pods to a node", () => {
    expect(templateOf("glance").spec).not.toHaveProperty("affinity");
    expect(templateOf("glance", { storageClassName: "ceph" }).spec["affinity"]).toEqual({ nodeAffinity: controllers });
    expect(templateOf("glance", { switchToS3: true }).spec["affinity"]).toEqual({ nodeAffinity: controllers });
  });

  it("is every node of the platform for a daemon, by label", () => {
    const { spec } = templateOf("yunionagent", { nodeSelector: { disk: "fast" } }, { edition: "ee" });
    expect(spec["nodeSelector"]).toEqual({ disk: "fast", "onecloud.yunion.io/controller": "enable" });
    expect(spec).not.toHaveProperty("affinity");
  });

  it("follows tolerations and node labels of the spec", () => {
    const tolerations = [{ key: "gpu", operator: "Exists" }];
    const { spec } = templateOf("region", { tolerations, nodeSelector: { disk: "fast" } });
    expect(spec).toMatchObject({ tolerations, nodeSelector: { disk: "fast" } });
  });
});

describe("the resources of a further container", () => {
  const resourcesIn = (spec: JsonObject): JsonObject => {
    const { containers } = templateOf("web", spec, { edition: "ee" }).spec;
    return Object.fromEntries(containers.map(({ name, resources }) => [name as string, resources]));
  };

  it("are those that the spec gives the component", () => {
    const limits = { cpu: "2", memory: "4Gi" };
    const requests = { cpu: "100m", memory: "100Mi" };
    const resources = { limits, requests };
    expect(resourcesIn(resources)).toEqual({ web: resources, overview: resources, docs: resources });
  });

  it("are its own where it has some", () => {
    const spec = { limits: { cpu: "2", memory: "4Gi" }, Docs: { limits: { memory: "1Gi" } } };
    expect(resourcesIn(spec)).toMatchObject({
      overview: { limits: { cpu: "2", memory: "4Gi" } },
      docs: { limits: { cpu: "2", memory: "1Gi" } },
    });
  });
});
