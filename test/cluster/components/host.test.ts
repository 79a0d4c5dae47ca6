import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { planOf } from "../../../src/cluster/sync/plan.ts";
import { inputsFor, scopeFor } from "../../support/cluster-scope.ts";

function optionsOf(type: string, spec: JsonObject): JsonObject {
  return load(scopeFor(type, inputsFor(spec)).file?.text ?? "") as JsonObject;
}

function daemonSet(type: string, spec: JsonObject = {}) {
  const { wanted } = planOf(inputsFor(spec));
  const [found] = wanted
    .filter(({ component }) => component.type === type)
    .flatMap(({ objects }) => objects.filter(({ kind }) => kind === "DaemonSet"));
  return found?.["spec"] as {
    readonly updateStrategy: JsonObject;
    readonly template: { readonly spec: JsonObject & { readonly containers: readonly JsonObject[] } };
  };
}

function variable(type: string, name: string, spec: JsonObject): unknown {
  const [container] = daemonSet(type, spec).template.spec.containers;
  const variables = (container?.["env"] ?? []) as readonly { readonly name: string; readonly value?: string }[];
  return variables.find((one) => one.name === name)?.value;
}

describe("the host agent", () => {
  it("is told only what it would not do by itself", () => {
    expect(optionsOf("host", {})).not.toHaveProperty("default_qemu_version");
    const hostagent = { disableSecurityGroup: true, hostCpuPassthrough: false, defaultQemuVersion: "4.2.0" };
    expect(optionsOf("host", { hostagent: { ...hostagent, manageNtpConfiguration: true } })).toMatchObject({
      disable_security_group: true,
      host_cpu_passthrough: false,
      default_qemu_version: "4.2.0",
    });
    expect(optionsOf("host", { hostagent: { manageNtpConfiguration: true } })).not.toHaveProperty(
      "manage_ntp_configuration",
    );
    expect(optionsOf("host", { hostagent: { options: { log_level: "debug" } } })).toMatchObject({ log_level: "debug" });
  });

  it("goes without the local virtual network where the cluster does, as the load balancer agent", () => {
    for (const type of ["host", "lbagent"]) {
      expect(optionsOf(type, {})).not.toHaveProperty("disable_local_vpc");
      expect(optionsOf(type, { disableLocalVpc: true })).toMatchObject({ disable_local_vpc: true });
    }
    expect(optionsOf("host", { productVersion: "LightEdge" })).toMatchObject({ disable_local_vpc: true });
  });

  it("is told of the tunnels and of the version of OVN under either spelling, as the load balancer agent", () => {
    const spellings = [
      { ovnEncapIpDetectionMethod: "interface=eth1", ovnController: { tag: "9" } },
      { OvnEncapIpDetectionMethod: "interface=eth1", OvnController: { tag: "9" } },
    ];
    for (const hostagent of spellings) {
      for (const type of ["host", "lbagent"]) {
        expect(variable(type, "HOST_OVN_ENCAP_IP_DETECTION_METHOD", { hostagent })).toBe("interface=eth1");
        expect(variable(type, "OVN_CONTAINER_IMAGE_TAG", { hostagent })).toBe("9");
      }
      expect(daemonSet("host-ovsdb-server", { hostagent }).template.spec.containers[0]?.["image"]).toMatch(/:9$/);
    }
  });

  it("is updated as the spec says, while everything beside it keeps its own pace", () => {
    const hostagent = { maxUnavailableCount: 7, updateStrategy: "OnDelete" };
    expect(daemonSet("host", { hostagent }).updateStrategy).toEqual({
      type: "OnDelete",
      rollingUpdate: { maxUnavailable: 7 },
    });
    for (const type of ["host-sdnagent", "host-ovs-vswitchd"]) {
      expect(daemonSet(type, { hostagent }).updateStrategy).toEqual({
        type: "RollingUpdate",
        rollingUpdate: { maxUnavailable: 3 },
      });
    }
    expect(daemonSet("lbagent", { lbagent: { maxUnavailableCount: 0 } }).updateStrategy).toMatchObject({
      rollingUpdate: { maxUnavailable: 3 },
    });
  });
});

describe("the server of disk images", () => {
  it("takes its image from its own spec, and where it runs from that of the host agent", () => {
    const spec = {
      hostimage: { tag: "v9", tolerations: [{ key: "other", operator: "Exists" }] },
      hostagent: { nodeSelector: { rack: "1" }, tolerations: [{ key: "host", operator: "Exists" }] },
    };
    const pod = daemonSet("host-image", spec).template.spec;
    expect(pod.containers[0]?.["image"]).toMatch(/host-image:v9$/);
    expect(pod).toMatchObject({
      nodeSelector: { rack: "1", "onecloud.yunion.io/host": "enable" },
      tolerations: [{ key: "host", operator: "Exists" }],
    });
  });
});

describe("Open vSwitch", () => {
  it("runs on hosts and load balancers, and on hosts alone without the local virtual network", () => {
    const labels = (spec: JsonObject) =>
      JSON.stringify(daemonSet("host-ovs-vswitchd", spec).template.spec).match(/onecloud\.yunion\.io\/\w+/g);
    expect(labels({})).toEqual(["onecloud.yunion.io/host", "onecloud.yunion.io/lbagent"]);
    expect(labels({ disableLocalVpc: true })).toEqual(["onecloud.yunion.io/host"]);
  });
});

describe("telegraf", () => {
  it("writes to victoria-metrics under its port, and to an old influxdb only where that is switched off", () => {
    const target = (spec: JsonObject) =>
      /https:\/\/prod-[\w-]+:\d+/.exec(JSON.stringify(daemonSet("telegraf", spec)))?.[0];
    expect(target({})).toBe("https://prod-victoria-metrics:30428");
    expect(target({ victoriaMetrics: { service: { nodePort: 31428 } } })).toBe("https://prod-victoria-metrics:31428");
    expect(target({ victoriaMetrics: { disable: true } })).toBe("https://prod-influxdb:30086");
  });

  it("has an init container whose image follows the repository alone", () => {
    const telegraf = { repository: "mirror.example.com/x", tag: "v9", initContainerImage: "chosen/by:hand" };
    expect(daemonSet("telegraf", { telegraf }).template.spec["initContainers"]).toMatchObject([
      { image: "mirror.example.com/x/telegraf-init:release-1.36-1" },
    ]);
  });

  it("keeps its configuration in the directory of the node that the spec names, and tells the host agent", () => {
    const telegraf = { telegrafConfigDir: "/opt/telegraf" };
    expect(JSON.stringify(daemonSet("telegraf", { telegraf }))).toContain('"path":"/opt/telegraf"');
    expect(variable("host", "HOST_TELEGRAF_CONFIG_DIR", { telegraf })).toBe("/opt/telegraf");
    expect(variable("host", "HOST_TELEGRAF_CONFIG_DIR", {})).toBe("/etc/telegraf");
  });
});
