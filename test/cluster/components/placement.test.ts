import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { planOf } from "../../../src/cluster/sync/plan.ts";
import { inputsFor } from "../../support/cluster-scope.ts";

interface Container {
  readonly resources?: { readonly limits?: JsonObject; readonly requests?: JsonObject };
}

interface Workload {
  readonly type: string;
  readonly kind: string;
  readonly pod: JsonObject;
}

const nodeLabels = ["host", "lbagent", "baremetal"].map((name) => `onecloud.yunion.io/${name}=enable`);
const everything = {
  ...Object.fromEntries(["apiMap", "cloudmux", "echartsSSR"].map((key) => [key, { disable: false }])),
  enableCloudNet: true,
  enableS3Gateway: true,
  regionServer: { slave_replicas: 1 },
};

/** The Deployments and DaemonSets of the whole catalogue. */
function workloadsOf(spec: JsonObject = {}): readonly Workload[] {
  const { wanted } = planOf(inputsFor({ ...everything, ...spec }, { edition: "ee", facts: { nodeLabels } }));
  return wanted.flatMap(({ component, objects }) =>
    objects
      .filter(({ kind }) => kind === "Deployment" || kind === "DaemonSet")
      .map(({ kind, spec: whole }) => {
        const { template } = whole as { readonly template: { readonly spec: JsonObject } };
        return { type: component.type, kind, pod: template.spec };
      }),
  );
}

function typesOf(workloads: readonly Workload[]): readonly string[] {
  return [...new Set(workloads.map(({ type }) => type))].toSorted();
}

function containersOf({ pod }: Workload): readonly Container[] {
  return (pod["containers"] ?? []) as unknown as readonly Container[];
}

function isLimited({ resources }: Container): boolean {
  return [resources?.limits, resources?.requests].every(
    (part) => part !== undefined && "cpu" in part && "memory" in part,
  );
}

const deployments = workloadsOf().filter(({ kind }) => kind === "Deployment");
const daemonSets = workloadsOf().filter(({ kind }) => kind === "DaemonSet");

describe("resources of the catalogue", () => {
  it("are on every container of every Deployment but that of onecloud-service-operator", () => {
    const free = deployments.filter((one) => !containersOf(one).every(isLimited));
    expect(typesOf(free)).toEqual(["onecloud-service-operator"]);
    expect(deployments.length).toBeGreaterThan(35);
  });

  it("are on no DaemonSet but region-dns", () => {
    const limited = daemonSets.filter((one) => containersOf(one).some(({ resources }) => resources !== undefined));
    expect(typesOf(limited)).toEqual(["region-dns"]);
  });

  it("are on no init container", () => {
    for (const { pod } of [...deployments, ...daemonSets]) {
      expect(JSON.stringify(pod["initContainers"] ?? [])).not.toContain('"resources"');
    }
  });

  it("are nowhere in a cluster that does without them", () => {
    const text = JSON.stringify(workloadsOf({ disableResourceManagement: true }));
    expect(text).not.toContain('"limits"');
    expect(text).not.toContain('"requests"');
  });
});

describe("the priority of the catalogue", () => {
  it("is that of what a node cannot do without for everything on hosts, and for nothing else", () => {
    const critical = workloadsOf().filter(({ pod }) => pod["priorityClassName"] === "system-node-critical");
    const family = ["deployer", "health", "image", "ovn-controller", "ovs-vswitchd", "ovsdb-server", "sdnagent"];
    expect(typesOf(critical)).toEqual(["host", ...family.map((name) => `host-${name}`)]);
    expect(workloadsOf().filter(({ pod }) => "priorityClassName" in pod)).toHaveLength(critical.length);
  });
});

describe("the nodes of the catalogue", () => {
  const controllers = '"key":"onecloud.yunion.io/controller","operator":"In","values":["enable"]';

  function elsewhere(workloads: readonly Workload[]): readonly string[] {
    return typesOf(workloads.filter(({ pod }) => !JSON.stringify(pod["affinity"] ?? {}).includes(controllers)));
  }

  it("are those of controllers for every Deployment but those bound to a local volume or to nodes of their own", () => {
    expect(elsewhere(deployments)).toEqual(["baremetal-agent", "glance", "victoria-metrics"]);
  });

  it("are those of controllers for a volume that is not local", () => {
    const storageClassName = "ceph-rbd";
    const shared = workloadsOf({ glance: { storageClassName }, victoriaMetrics: { storageClassName } });
    expect(elsewhere(shared.filter(({ kind }) => kind === "Deployment"))).toEqual(["baremetal-agent"]);
  });

  it("are those of the spec where it has an affinity to nodes", () => {
    const terms = [{ matchExpressions: [{ key: "disk", operator: "In", values: ["ssd"] }] }];
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
    const region = workloadsOf({ regionServer: { affinity: { nodeAffinity } } }).find(({ type }) => type === "region");
    expect(region?.pod["affinity"]).toEqual({ nodeAffinity });
  });
});
