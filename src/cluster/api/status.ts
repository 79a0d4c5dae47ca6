import type { JsonObject, JsonSchema } from "./field.ts";

/** One of `status.conditions`, as Kubernetes writes conditions. */
export interface Condition {
  readonly type: ConditionType;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string;
}

/** The conditions of a cluster. */
export type ConditionType =
  | "Ready"
  | "Progressing"
  | "Degraded"
  | "SpecAccepted"
  | "StorageAsSpecified"
  | "ObjectsAsSpecified"
  | "ExternalAccess"
  | "SurroundingsVisible"
  | "Paused"
  | "Deleting";

/** What a component is doing. */
export type ComponentPhase = "Ready" | "Progressing" | "Waiting" | "Failed" | "Stopped" | "Disabled";

/** The entry of one component. */
export interface ComponentStatus {
  readonly phase: ComponentPhase;
  /** Image of its first container. */
  readonly image?: string;
  /** Available pods of wanted ones, `1/1`. */
  readonly ready?: string;
  /** Why it is not ready: one word, and a sentence. */
  readonly reason?: string;
  readonly message?: string;
}

/** The first cause for which a cluster is not ready. */
export interface BlockedBy {
  readonly component: string;
  readonly reason: string;
  readonly message: string;
}

/** The status of a cluster: fields of the whole, and one entry per component under its status key. */
export interface ClusterStatus {
  readonly observedGeneration: number;
  readonly specChecksum: string;
  /** The state of the whole in one word, for a table. */
  readonly phase: "Ready" | "Progressing" | "Degraded" | "Stopped" | "Invalid" | "Failed" | "Paused" | "Deleting";
  /** Ready components of those that run, `12/14`. */
  readonly ready?: string;
  /** The first cause in a sentence, for a table. */
  readonly message?: string;
  readonly blockedBy?: BlockedBy;
  readonly conditions: readonly Condition[];
  readonly [statusKey: string]: unknown;
}

const text = (description: string): JsonSchema => ({ type: "string", description });

const condition: JsonSchema = {
  type: "object",
  required: ["type", "status", "reason", "message", "lastTransitionTime"],
  properties: {
    type: text("What the condition is about."),
    status: { type: "string", enum: ["True", "False", "Unknown"], description: "Whether it holds." },
    reason: text("Why, in one word."),
    message: text("Why, in a sentence."),
    observedGeneration: { type: "integer", format: "int64", description: "Generation of the spec that was judged." },
    lastTransitionTime: { type: "string", format: "date-time", description: "When the status last changed." },
  },
};

const componentStatus: JsonSchema = {
  type: "object",
  properties: {
    phase: text("Ready, Progressing, Waiting, Failed, Stopped or Disabled."),
    image: text("Image that it runs."),
    ready: text("Available pods of wanted ones."),
    reason: text("Why it is not ready, in one word."),
    message: text("Why it is not ready."),
  },
};

const regionIds: JsonSchema = {
  RegionId: text("Id of the region in keystone."),
  RegionZoneId: text("Id of the region of the first zone."),
  ZoneId: text("Id of the first zone."),
  WireId: text("Id of the first wire."),
  CustomZones: {
    type: "object",
    nullable: true,
    additionalProperties: { type: "string" },
    description: "Ids of the zones beside the first.",
  },
};

/** Schema of `status` for components with these status keys. */
export function statusSchema(statusKeys: readonly string[]): JsonSchema {
  const entries = statusKeys.map((key) => [key, key === "region" ? withRegionIds(componentStatus) : componentStatus]);
  return {
    type: "object",
    description: "What the operator found and did.",
    properties: {
      observedGeneration: {
        type: "integer",
        format: "int64",
        description: "Generation of the spec that this is about.",
      },
      specChecksum: text("SHA-256 of the spec as written."),
      phase: text("Ready, Progressing, Degraded, Stopped, Invalid, Failed, Paused or Deleting."),
      ready: text("Ready components of those that run."),
      message: text("The first cause for which it is not ready."),
      blockedBy: {
        type: "object",
        description: "The first cause for which it is not ready.",
        properties: { component: text("Component."), reason: text("One word."), message: text("A sentence.") },
      },
      conditions: {
        type: "array",
        description: "What holds for the whole.",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["type"],
        items: condition,
      },
      ...Object.fromEntries(entries),
    },
  };
}

function withRegionIds(schema: JsonSchema): JsonSchema {
  return { ...schema, properties: { ...(schema["properties"] as JsonObject), ...regionIds } };
}
