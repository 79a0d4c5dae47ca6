import { dump } from "js-yaml";
import type { KubeObject } from "../../kube/object.ts";
import type { JsonObject } from "../api/field.ts";
import { labelKeys } from "../api/names.ts";
import { metadata } from "./metadata.ts";
import type { CarriedFile, OptionFile, Scope } from "../api/scope.ts";
import { labelsOf } from "../api/scope.ts";
import type { Mounted } from "./volumes.ts";

const dataKey = "config";

/**
 * The YAML option file of a service: the operator's own keys, under what the spec lays over them. It always counts as
 * holding a credential, because every service logs in somewhere.
 */
export function yamlFile(s: Scope<{ readonly options?: JsonObject }>, options: JsonObject): OptionFile {
  const laidOver = { ...options, ...s.spec.options };
  return {
    name: `${s.component.type}.conf`,
    volume: "config",
    directory: "/etc/yunion",
    text: dump(laidOver, { lineWidth: -1, noRefs: true, sortKeys: true }),
    holdsCredential: true,
  };
}

/** The object that carries the component's own option file: a Secret where the cluster keeps credentials in Secrets and the file holds one. */
export function optionFileObject(s: Scope, file: CarriedFile): KubeObject {
  const meta = { ...metadata(s, file.object), labels: { [labelKeys.zone]: "", ...labelsOf(s) } };
  if (isSecret(s, file)) {
    const data = { [dataKey]: Buffer.from(file.text).toString("base64") };
    return { apiVersion: "v1", kind: "Secret", metadata: meta, type: "Opaque", data };
  }
  return { apiVersion: "v1", kind: "ConfigMap", metadata: meta, data: { [dataKey]: file.text } };
}

/** The volume of the option file and where pods mount it. */
export function optionFileVolume(s: Scope, file: CarriedFile): Mounted {
  const items = [{ key: dataKey, path: file.name }];
  const source = isSecret(s, file)
    ? { secret: { secretName: file.object, items } }
    : { configMap: { name: file.object, items } };
  return {
    volume: { name: file.volume, ...source },
    mount: { name: file.volume, mountPath: file.directory, readOnly: true },
  };
}

function isSecret(s: Scope, file: OptionFile): boolean {
  return file.holdsCredential && s.cluster.platform.optionFiles.storage === "Secret";
}
