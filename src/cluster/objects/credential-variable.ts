import type { JsonObject } from "../api/field.ts";
import { credentialsName } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";

/** An environment variable that holds a credential: the key of the credentials Secret that repeats it, and its value. */
export interface CredentialVariable {
  readonly name: string;
  readonly key: string;
  readonly value: string;
}

/** The variable as a container takes it: by reference, or in plain text where the cluster keeps credentials so. */
export function credentialVariable(s: Scope, { name, key, value }: CredentialVariable): JsonObject {
  if (s.cluster.platform.optionFiles.storage === "ConfigMap") return { name, value };
  return { name, valueFrom: { secretKeyRef: { name: credentialsName(s.cluster.name), key } } };
}
