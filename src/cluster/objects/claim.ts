import type { KubeObject } from "../../kube/object.ts";
import { annotationKeys, localPathClass } from "../api/names.ts";
import type { StatefulDeploymentSpec } from "../api/shapes.ts";
import { dataMetadata } from "./metadata.ts";
import type { Scope } from "../api/scope.ts";
import { nameOf } from "../api/scope.ts";
import type { Mounted } from "./volumes.ts";

type Stateful = Scope<Pick<StatefulDeploymentSpec, "storageClassName" | "requests">>;

/**
 * Name of the component's claim. It carries the class, but a claim that exists is kept whatever class the spec asks for:
 * another name would mean an empty volume.
 */
export function claimName(s: Stateful): string {
  const wanted = nameFor(s, s.spec.storageClassName);
  const { liveClaims } = s.facts;
  if (liveClaims.some(({ name }) => name === wanted)) return wanted;
  const kept = liveClaims.find(({ name, storageClassName }) => name === nameFor(s, storageClassName));
  return kept?.name ?? wanted;
}

function nameFor(s: Scope, storageClassName: string): string {
  return storageClassName === localPathClass ? nameOf(s) : `${nameOf(s)}-${storageClassName}`;
}

/** The claim for the component's volume. `volumePath` asks the class local-path for a place on the node. */
export function claim(s: Stateful, volumePath?: string): KubeObject {
  const meta = dataMetadata(s, claimName(s));
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      ...meta,
      ...(volumePath !== undefined && { annotations: { [annotationKeys.volumePath]: volumePath } }),
    },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: s.spec.storageClassName,
      resources: { requests: { storage: s.spec.requests.storage } },
    },
  };
}

/** The volume of the claim, mounted at `mountPath`. */
export function claimed(s: Stateful, name: string, mountPath: string): Mounted {
  return {
    volume: { name, persistentVolumeClaim: { claimName: claimName(s) } },
    mount: { name, mountPath },
  };
}

/** Whether the volume binds its pod to one node: the class of the claim decides, not that of the spec. */
export function isLocal(s: Stateful): boolean {
  return claimName(s) === nameFor(s, localPathClass);
}
