import { ignoring } from "../api/field.ts";
import { productsWithHosts } from "../api/names.ts";
import { peer } from "../api/scope.ts";
import { daemonSetSpec } from "../api/shapes.ts";
import { imageDirectories } from "../objects/host-directories.ts";
import { defineComponent } from "./component.ts";
import type { HostagentSpec } from "./host-daemon.ts";
import { agentContainer, hostAccount, hostDaemonSet } from "./host-daemon.ts";

const asHostAgent = "that of hostagent counts";

/** Serves the images of disks of each host. Its spec chooses the image; it runs where and as the host agent does. */
export const hostImage = defineComponent({
  type: "host-image",
  specKey: "hostimage",
  configKey: hostAccount.configKey,
  spec: ignoring(daemonSetSpec({ name: "host-image", tag: "v1.0.8" }, {}), {
    affinity: asHostAgent,
    nodeSelector: asHostAgent,
    tolerations: asHostAgent,
    annotations: asHostAgent,
    imagePullSecrets: asHostAgent,
  }),
  products: productsWithHosts,
  after: ["host"],
  reads: "host",

  getDaemonSet: (s) => {
    const hostagent = peer(s, "hostagent") as unknown as HostagentSpec;
    const container = { ...agentContainer("host-image", ["--config", "/etc/yunion/host.conf"]), spec: s.spec };
    return hostDaemonSet({ ...s, spec: hostagent }, { containers: [container], mounts: imageDirectories });
  },
});
