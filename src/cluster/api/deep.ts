import type { JsonSchema } from "./field.ts";

/*
 * Schemas of the deep Kubernetes types that the CRD leaves open. The CRD would grow by half with them; the operator and
 * the command line check them instead and name the field that is wrong.
 */

const string: JsonSchema = { type: "string" };
const strings: JsonSchema = { type: "array", items: string };
const stringMap: JsonSchema = { type: "object", additionalProperties: string };
const weight: JsonSchema = { type: "integer", minimum: 1, maximum: 100 };

function strict(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = []): JsonSchema {
  return { type: "object", properties, required, additionalProperties: false };
}

function listOf(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}

const requirement = strict({ key: string, operator: string, values: strings }, ["key", "operator"]);
const nodeSelectorTerm = strict({ matchExpressions: listOf(requirement), matchFields: listOf(requirement) });
const labelSelector = strict({ matchLabels: stringMap, matchExpressions: listOf(requirement) });

const podAffinityTerm = strict(
  {
    labelSelector,
    namespaceSelector: labelSelector,
    namespaces: strings,
    topologyKey: string,
    matchLabelKeys: strings,
    mismatchLabelKeys: strings,
  },
  ["topologyKey"],
);

const podAffinity = strict({
  requiredDuringSchedulingIgnoredDuringExecution: listOf(podAffinityTerm),
  preferredDuringSchedulingIgnoredDuringExecution: listOf(
    strict({ weight, podAffinityTerm }, ["weight", "podAffinityTerm"]),
  ),
});

/** Schema of a pod's `affinity`. */
export const affinitySchema: JsonSchema = {
  ...strict({
    nodeAffinity: strict({
      requiredDuringSchedulingIgnoredDuringExecution: strict({ nodeSelectorTerms: listOf(nodeSelectorTerm) }, [
        "nodeSelectorTerms",
      ]),
      preferredDuringSchedulingIgnoredDuringExecution: listOf(
        strict({ weight, preference: nodeSelectorTerm }, ["weight", "preference"]),
      ),
    }),
    podAffinity,
    podAntiAffinity: podAffinity,
  }),
  nullable: true,
};

/** Schema of a pod's `dnsConfig`. */
export const dnsConfigSchema: JsonSchema = {
  ...strict({
    nameservers: strings,
    searches: strings,
    options: listOf(strict({ name: string, value: string })),
  }),
  nullable: true,
};

/** Schema of one of a pod's `tolerations`. */
export const tolerationSchema: JsonSchema = strict({
  key: string,
  operator: { type: "string", enum: ["Exists", "Equal", "Lt", "Gt"] },
  value: string,
  effect: { type: "string", enum: ["NoSchedule", "PreferNoSchedule", "NoExecute", ""] },
  tolerationSeconds: { type: "integer" },
});
