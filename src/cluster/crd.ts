import type { KubeObject } from "../kube/object.ts";
import { version as operatorVersion } from "../version.ts";
import { apiVersion, group, kind, plural, version } from "./api/names.ts";
import { schemaOf } from "./api/schema.ts";
import { statusSchema } from "./api/status.ts";
import { components } from "./components/index.ts";
import { specField } from "./validate.ts";

/** Annotation with the version of the operator that the definition belongs to. */
export const definitionVersionAnnotation = `${group}/operator-version`;

/**
 * Stands before that version in the description of the schema too: the schema is public, so that an operator without the
 * right to read the definition can still tell how old it is.
 */
export const definitionMark = "Definition of onecloud-operator ";

const column = (name: string, jsonPath: string, type = "string") => ({ name, type, jsonPath });

/** The CustomResourceDefinition of OnecloudCluster, worked out from the components. */
export function clusterDefinition(): KubeObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}`,
      annotations: { [definitionVersionAnnotation]: operatorVersion },
    },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames: ["onecloud", "oc"] },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            column("Version", ".spec.version"),
            column("Ready", ".status.ready"),
            column("Status", ".status.phase"),
            column("Message", ".status.message"),
            column("Age", ".metadata.creationTimestamp", "date"),
          ],
          schema: { openAPIV3Schema: clusterSchema() },
        },
      ],
    },
  };
}

function clusterSchema(): KubeObject["spec"] {
  return {
    type: "object",
    description: `A Cloudpods platform (${apiVersion}): what it shall be, and how it is. ${definitionMark}${operatorVersion}.`,
    required: ["spec"],
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object" },
      spec: schemaOf(specField, "crd"),
      status: statusSchema(components.map(({ statusKey }) => statusKey)),
    },
  };
}
