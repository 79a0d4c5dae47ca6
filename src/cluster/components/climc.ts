import { serviceImage } from "../api/image.ts";
import { bootstrapPasswordKey } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";
import { deploymentSpec } from "../api/shapes.ts";
import { deployment } from "../objects/workloads.ts";
import { authUrl } from "../options/endpoints.ts";
import { defineComponent } from "./component.ts";

/** The command line of the platform, ready to be entered with kubectl exec. */
export const climc = defineComponent({
  type: "climc",
  spec: deploymentSpec({ ...serviceImage("climc", ["ce/support", "ee"]), hyper: false }, {}),

  getFile: (s) => ({
    name: "rcadmin",
    volume: "rcadmin",
    directory: "/etc/yunion",
    text: Object.entries(environment(s))
      .map(([name, value]) => `export ${name}=${value}\n`)
      .join(""),
    holdsCredential: false,
  }),
  getDeployment: (s) => {
    const variables = Object.entries(environment(s)).map(([name, value]) => ({ name, value }));
    const { bootstrapPassword } = s.credentials.keystone;
    const password = { name: "OS_PASSWORD", key: bootstrapPasswordKey, value: bootstrapPassword };
    return deployment(s, {
      containers: [{ command: ["bash", "/opt/climc-entrypoint.sh"], env: variables, credentials: [password] }],
    });
  },
});

function environment(s: Scope): Readonly<Record<string, string>> {
  return {
    OS_USERNAME: "sysadmin",
    OS_REGION_NAME: s.cluster.platform.region,
    OS_AUTH_URL: authUrl(s),
    OS_PROJECT_NAME: "system",
    YUNION_INSECURE: "true",
    EDITOR: "vim",
  };
}
