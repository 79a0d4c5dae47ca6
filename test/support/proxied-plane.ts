import { readFile } from "node:fs/promises";
import { filesIn } from "../../hack/control-plane/files.ts";
import { type Client, createClient } from "../../src/kube/client.ts";
import { connect, loadConnection } from "../../src/kube/connection.ts";
import type { UserSettings } from "../../src/kube/kubeconfig.ts";
import type { TransportOptions } from "../../src/kube/transport.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";

/** A real API server of its own, and the proxy with faults before it. */
export interface ProxiedPlane {
  readonly plane: ControlPlane;
  readonly proxy: FaultProxy;
  /** A client with all rights that the faults do not touch. */
  readonly direct: Client;
  /** A client that goes through the proxy, over TLS, by default with the rights of the proxy's client certificate. */
  through(options?: TransportOptions): Promise<Client>;
  /** The same as another user, whose token the server sees: the proxy has no certificate then. */
  throughAs(user: UserSettings, options?: TransportOptions): Promise<Client>;
  stop(): Promise<void>;
}

/** Starts etcd, an API server, and two proxies before it: one that is an administrator, one that is nobody. */
export async function startProxiedPlane(): Promise<ProxiedPlane> {
  const plane = await startControlPlane({ components: ["etcd", "kube-apiserver"] });
  const files = filesIn(plane.directory);
  const paths = [plane.ca, plane.cert, plane.key, files.cert("serving"), files.key("serving")];
  const [ca = "", cert = "", key = "", servingCert = "", servingKey = ""] = await Promise.all(
    paths.map((path) => readFile(path, "utf8")),
  );
  const tls = { cert: servingCert, key: servingKey };
  const proxy = await startFaultProxy({ upstream: { server: plane.server, ca, cert, key }, tls });
  const plain = await startFaultProxy({ upstream: { server: plane.server, ca }, tls });
  const connections = [await loadConnection({ kubeconfig: plane.kubeconfig })];
  const open = async (url: string, user: UserSettings, options: TransportOptions = {}): Promise<Client> => {
    const connection = await connect({ cluster: { server: url, ca: { text: ca } }, user, namespace: "default" });
    connections.push(connection);
    return createClient(connection, options);
  };
  const [direct] = connections.map((connection) => createClient(connection));
  if (direct === undefined) throw new Error("there is no connection");
  return {
    plane,
    proxy,
    direct,
    through: (options) => open(proxy.url, {}, options),
    throughAs: (user, options) => open(plain.url, user, options),
    async stop() {
      for (const connection of connections) await connection.close();
      await Promise.all([proxy.close(), plain.close()]);
      await plane.stop();
    },
  };
}
