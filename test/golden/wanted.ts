import type { RenderInputs } from "../../src/cluster/render.ts";
import { render } from "../../src/cluster/render.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { isMapping, ownerUid, readCredentials } from "./scenarios.ts";

const credentials = readCredentials();

/**
 * The objects that the operator wants for a cluster, by component, in the surroundings of the reference's scenarios:
 * Kubernetes 1.30 with one control-plane node of 8 cores and 32 GiB, known credentials, and a fixed uid as owner. `facts` are other surroundings.
 */
export function wantedBy(
  cluster: KubeObject,
  storage: "ConfigMap" | "Secret",
  facts: RenderInputs["facts"] = {},
): ReadonlyMap<string, readonly KubeObject[]> {
  const spec = isMapping(cluster["spec"]) ? cluster["spec"] : {};
  const written = {
    ...cluster,
    metadata: { ...cluster.metadata, uid: ownerUid },
    spec: { ...spec, optionFiles: { storage } },
  };
  const components = render(written, { credentials, facts });
  return new Map(components.map(({ component, objects }) => [component, objects]));
}

/** A Secret with its values as text, under `stringData`; any other object as it is. */
export function decoded(object: KubeObject): KubeObject {
  if (object.kind !== "Secret" || !isMapping(object["data"])) return object;
  const { data, ...rest } = object;
  const texts = Object.entries(data).map(([key, value]) => [
    key,
    Buffer.from(String(value), "base64").toString("utf8"),
  ]);
  return { ...rest, stringData: Object.fromEntries(texts) };
}
