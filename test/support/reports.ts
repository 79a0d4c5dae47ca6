import type { ComponentStatus } from "../../src/cluster/api/status.ts";
import type { PassReport } from "../../src/cluster/status.ts";
import type { ComponentResult } from "../../src/cluster/sync/component.ts";
import { componentOf, leastSpec, meantBy } from "./cluster-scope.ts";

/** The instant at which tests take place. */
export const now = new Date("2030-05-06T07:08:09.123Z");

/** What a pass found about one component of the registry. */
export function result(type: string, status: ComponentStatus, more: Partial<ComponentResult> = {}): ComponentResult {
  return { component: componentOf(type), outcomes: [], complaints: [], status, ...more };
}

/** The report of a pass over a cluster with the least spec. */
export function report(more: Partial<PassReport> = {}): PassReport {
  return { generation: 3, written: leastSpec, cluster: meantBy(), results: [], resting: [], ...more };
}

export const ready: ComponentStatus = { phase: "Ready", image: "x:v1", ready: "1/1" };
export const progressing: ComponentStatus = {
  phase: "Progressing",
  reason: "RollingOut",
  message: "its pods are being rolled out",
};
export const waiting: ComponentStatus = {
  phase: "Waiting",
  reason: "DependencyNotReady",
  message: "it starts when keystone is rolled out",
};
export const failed: ComponentStatus = { phase: "Failed", reason: "InvalidObject", message: "refused" };
