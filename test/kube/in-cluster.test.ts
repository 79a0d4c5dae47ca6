import { expect, it } from "vitest";
import { inClusterSettings } from "../../src/kube/in-cluster.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const env = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };

it("a pod talks to its API server with the files of its service account", async () => {
  const folder = await temporaryFolder();
  await folder.write("token", "t");
  await folder.write("namespace", "shop\n");
  expect(inClusterSettings(env, folder.path)).toEqual({
    cluster: { server: "https://[fd00::1]:443", ca: { file: `${folder.path}/ca.crt` } },
    user: { token: { file: `${folder.path}/token` } },
    namespace: "shop",
  });
});

it("outside of a pod there is no service account to use", async () => {
  const folder = await temporaryFolder();
  expect(inClusterSettings(env, folder.path)).toBeUndefined();
  await folder.write("token", "t");
  expect(inClusterSettings({}, folder.path)).toBeUndefined();
});
