import { alsoSpelled, defaulted, flag, forced, ignored, ignoring, text } from "../api/field.ts";
import { imageField, imageOf } from "../api/image.ts";
import { productsWithHosts } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";
import type { ContainerSpec } from "../api/shapes.ts";
import { containerSpec, daemonSetSpec, unlimitedPods } from "../api/shapes.ts";
import type { Container } from "../objects/pod.ts";
import { hostPath } from "../objects/volumes.ts";
import { daemonSet } from "../objects/workloads.ts";
import { timeSeriesUrl } from "../options/endpoints.ts";
import { defineComponent } from "./component.ts";

const ownDirectory = "/etc/telegraf";
const initImage = { name: "telegraf-init", tag: "release-1.36-1" };

/** Measures every node. */
export const telegraf = defineComponent({
  type: "telegraf",
  spec: daemonSetSpec(
    { name: "telegraf", tag: "release-1.36.4-6" },
    {
      initContainerImage: ignored(
        forced(imageField(initImage), ({ siblings: { repository = "" }, ...context }) =>
          imageOf(initImage, { ...context, siblings: { repository } }),
        ),
        "it is worked out from `repository`",
      ),
      enableRaidPlugin: flag("Measure RAID controllers too."),
      telegrafConfigDir: defaulted(text("Directory of the node with the configuration."), ownDirectory),
      telegrafRaid: alsoSpelled(
        "TelegrafRaid",
        ignoring(
          containerSpec("Measures RAID controllers.", { name: "telegraf-raid-plugin", tag: "v4.0-20260115.0" }),
          unlimitedPods,
        ),
      ),
    },
  ),
  products: productsWithHosts,
  after: [],

  getDaemonSet: (s) =>
    daemonSet(s, {
      initContainers: [init(s)],
      containers: [collector, ...(s.spec.enableRaidPlugin === true ? [raidPlugin(s.spec.telegrafRaid)] : [])],
      mounts: [hostPath("etc-telegraf", s.spec.telegrafConfigDir, { type: "DirectoryOrCreate", at: ownDirectory })],
      certificates: false,
      namespaces: ["network", "ipc"],
      serviceAccount: true,
      maxUnavailable: 20,
    }),
});

const nodeName = { name: "NODENAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } };
const root = hostPath("root", "/", { type: "Directory", at: "/hostfs", readOnly: true });

function init(s: Scope<ContainerSpec & { readonly initContainerImage: string }>): Container {
  return {
    name: "telegraf-init",
    spec: { ...s.spec, image: s.spec.initContainerImage },
    command: ["/bin/telegraf-init"],
    env: [nodeName, { name: "INFLUXDB_URL", value: timeSeriesUrl(s) }],
  };
}

/** Where the collector finds the directories of the node. */
const nodeDirectories = { ETC: "/etc", PROC: "/proc", SYS: "/sys", VAR: "/var", RUN: "/run", MOUNT_PREFIX: "" };

const collector: Container = {
  command: undefined,
  args: [
    "/usr/bin/telegraf",
    "-config",
    `${ownDirectory}/telegraf.conf`,
    "-config-directory",
    `${ownDirectory}/telegraf.d`,
  ],
  env: Object.entries(nodeDirectories).map(([name, path]) => ({ name: `HOST_${name}`, value: `/hostfs${path}` })),
  privileged: true,
  mounts: [root],
};

function raidPlugin(spec: ContainerSpec): Container {
  return {
    name: "telegraf-raid-plugin",
    spec,
    command: ["/opt/yunion/bin/telegraf-raid-plugin"],
    env: [nodeName],
    privileged: true,
    mounts: [root],
  };
}
