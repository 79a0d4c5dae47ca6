import type { Fields, JsonObject } from "../api/field.ts";
import type { ImageRule } from "../api/image.ts";
import { serviceImage } from "../api/image.ts";
import type { Engine } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";
import { listenPort } from "../api/scope.ts";
import type { DeploymentSpec, ServicePort } from "../api/shapes.ts";
import { deploymentSpec, engineField, servicePort } from "../api/shapes.ts";
import type { Container } from "../objects/pod.ts";
import { tableInit } from "../objects/pod.ts";
import { ping } from "../objects/probes.ts";
import { service } from "../objects/service.ts";
import { etcdClient } from "../objects/volumes.ts";
import { deployment } from "../objects/workloads.ts";
import { accountOptions, baseOptions, regionDatabaseOptions, serviceOptions } from "../options/groups.ts";
import type { EndpointInterface, Registration } from "../phases/phase.ts";
import type { Component, Definition } from "./component.ts";
import { defineComponent } from "./component.ts";

/** Interfaces under which most services are registered. */
export const usualInterfaces: readonly EndpointInterface[] = ["internal", "public", "slave"];

/** The spec of a service that has one port and perhaps a database, with fields of its own. */
export function cloudServiceSpec<F extends Fields>(image: ImageRule, port: number, more: F) {
  return deploymentSpec(image, { service: servicePort(port), db_engine: engineField, ...more });
}

/** The spec of a service of the family as meant. */
export type CloudServiceSpec = DeploymentSpec & { readonly service: ServicePort; readonly db_engine?: Engine };

/** The few facts in which the services of the family differ. */
export interface CloudService extends Omit<Partial<Definition<CloudServiceSpec>>, "spec" | "registration"> {
  readonly type: string;
  /** Port that it listens on, and its node port. */
  readonly port: number;
  readonly registration: Omit<Registration, "interfaces"> & Partial<Pick<Registration, "interfaces">>;
  /** The usual fields when left out. */
  readonly spec?: Component<CloudServiceSpec>["spec"];
  /** The image of its own name when left out. */
  readonly image?: ImageRule;
  /** Whether its tables are brought up to date by an init container, or by itself at its start. */
  readonly tables?: "init" | "option" | "both";
  /** Whether it answers `GET /ping`, which then decides when it is ready. */
  readonly answersPing?: boolean;
  /** Name of its container; its type when left out. */
  readonly container?: string;
  /** Whether its container declares the port; so unless false. */
  readonly declaresPort?: boolean;
  /** Whether it works in the name and in the database of region; it has neither of its own then. */
  readonly worksForRegion?: boolean;
  /** Whether it keeps something in the platform's etcd. */
  readonly usesEtcd?: boolean;
  /** Whether it talks to the Kubernetes API. */
  readonly serviceAccount?: boolean;
}

/** A service with an option file, one container and one port, and most often a database and an account. */
export function cloudService(facts: CloudService): Component<CloudServiceSpec> {
  const {
    image = serviceImage(facts.type),
    registration,
    tables,
    answersPing,
    container,
    declaresPort,
    worksForRegion,
    usesEtcd,
    serviceAccount,
    ...more
  } = facts;
  const portOf = (s: Scope): number => (worksForRegion === true ? facts.port : listenPort(s));
  const selfSync = tables === "option" || tables === "both" ? { auto_sync_table: true } : {};
  return defineComponent<CloudServiceSpec>({
    getOptions: (s) => ({
      ...(worksForRegion === true ? guestOptions(s, facts.port) : serviceOptions(s)),
      ...selfSync,
    }),
    getServices: (s) => [service(s, { api: { reached: s.spec.service, target: portOf(s) } })],
    getDeployment: (s) =>
      deployment(s, {
        containers: [apiContainer(portOf(s), { answersPing, container, declaresPort })],
        ...(tables === "init" || tables === "both" ? { initContainers: [tableInit(s)] } : {}),
        ...(usesEtcd === true && { mounts: etcdClient(s) }),
        ...(serviceAccount === true && { serviceAccount }),
      }),
    spec: cloudServiceSpec(image, facts.port, {}),
    registration: { interfaces: usualInterfaces, ...registration },
    ...(worksForRegion === true && { configKey: "region", after: ["keystone", "region"] }),
    ...more,
  });
}

function guestOptions(s: Scope, port: number): JsonObject {
  return { ...baseOptions(s, port), ...accountOptions(s), ...regionDatabaseOptions(s) };
}

/** In which the container of a service may differ from the usual one. */
export interface ApiContainer {
  readonly answersPing?: boolean | undefined;
  readonly container?: string | undefined;
  readonly declaresPort?: boolean | undefined;
}

/** The container of a service with one port, ready when it answers where it can. */
export function apiContainer(port: number, { answersPing, container, declaresPort }: ApiContainer = {}): Container {
  return {
    ...(container !== undefined && { name: container }),
    ...(declaresPort !== false && { ports: { api: port } }),
    ...(answersPing === true && { readinessProbe: ping(port) }),
  };
}
