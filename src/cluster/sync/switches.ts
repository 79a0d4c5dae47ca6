import type { KubeObject } from "../../kube/object.ts";
import type { Cluster } from "../api/cluster.ts";
import type { ComponentStatus } from "../api/status.ts";
import type { Component } from "../components/component.ts";
import type { ComponentResult } from "./component.ts";
import { rowOf } from "./kinds.ts";

/** Whether the spec stops the services of the platform, this component among them. */
export function isStopped({ staysUp }: Component, { platform }: Cluster): boolean {
  return platform.stopServices === true && staysUp !== true;
}

/** Whether the spec says that objects like this one are neither made, changed nor removed. */
export function isLeftAlone({ kind }: Pick<KubeObject, "kind">, { platform }: Cluster): boolean {
  return kind === "Ingress" && platform.ingress.unmanaged === true;
}

/** The objects of a component that are wanted under the switches of the spec. A CronJob of a stopped one stays, and starts nothing. */
export function asSwitched(
  component: Component,
  objects: readonly KubeObject[],
  cluster: Cluster,
): readonly KubeObject[] {
  const managed = objects.filter((object) => !isLeftAlone(object, cluster));
  return isStopped(component, cluster) ? managed.flatMap(withoutPods) : managed;
}

function withoutPods(object: KubeObject): readonly KubeObject[] {
  if (object.kind === "CronJob") return [{ ...object, spec: { ...(object["spec"] as object), suspend: true } }];
  return rowOf(object).workload === true ? [] : [object];
}

/** Why a cluster is not ready whose services are stopped; `undefined` for one whose services run. */
export function whyStopped(cluster: Cluster | undefined): string | undefined {
  if (cluster?.platform.stopServices !== true) return undefined;
  return "spec.stopServices is true, so its services are stopped and their data stays: set it to false to start them again";
}

const stopped: ComponentStatus = { phase: "Stopped", reason: "Stopped", message: "spec.stopServices is true" };

/** The result of a component that is stopped: there is no more to come, unless something failed. */
export function asStopped(result: ComponentResult): ComponentResult {
  return result.status.phase === "Ready" ? { ...result, status: stopped } : result;
}
