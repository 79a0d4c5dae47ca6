import type { JsonObject } from "../api/field.ts";
import { certificatesName } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";

/** A volume of a pod together with the place where containers mount it. */
export interface Mounted {
  readonly volume: JsonObject & { readonly name: string };
  readonly mount: JsonObject & { readonly name: string; readonly mountPath: string };
}

/** The platform's CA and the service certificate, at /etc/yunion/pki. */
export function certificates(s: Scope): Mounted {
  const items = ["ca.crt", "service.crt", "service.key"].map((key) => ({ key, path: key }));
  return {
    volume: { name: "certs", secret: { secretName: certificatesName(s.cluster.name), items } },
    mount: { name: "certs", mountPath: "/etc/yunion/pki", readOnly: true },
  };
}

/** The client certificate of the platform's etcd; nothing where etcd does not run or speaks plain text. */
export function etcdClient(s: Scope): readonly Mounted[] {
  const { disable, enableTls } = s.cluster.platform.etcd;
  if (disable === true || enableTls === false) return [];
  return [
    {
      volume: { name: "etcd-client", secret: { secretName: "etcd-client" } },
      mount: { name: "etcd-client", mountPath: "/etc/etcdtls/operator/etcd-tls", readOnly: true },
    },
  ];
}

/** How a directory of the node is seen. */
export interface HostPath {
  /** Whether it must exist, `Directory`, or is made, `DirectoryOrCreate`. */
  readonly type: string;
  readonly propagation?: string;
  /** Where containers see it; in the same place when left out. */
  readonly at?: string;
  readonly readOnly?: boolean;
}

/** A directory of the node. */
export function hostPath(name: string, path: string, { type, propagation, at, readOnly }: HostPath): Mounted {
  return {
    volume: { name, hostPath: { path, type } },
    mount: {
      name,
      mountPath: at ?? path,
      ...(propagation !== undefined && { mountPropagation: propagation }),
      ...(readOnly === true && { readOnly }),
    },
  };
}

/** A directory that lives as long as the pod. */
export function scratch(name: string, mountPath: string): Mounted {
  return { volume: { name, emptyDir: {} }, mount: { name, mountPath } };
}
