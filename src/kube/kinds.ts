import type { Kind } from "./object.ts";

/** Namespaces of the core group. */
export const namespaces: Kind = { apiVersion: "v1", kind: "Namespace", plural: "namespaces", namespaced: false };

/** Nodes of the core group. */
export const nodes: Kind = { apiVersion: "v1", kind: "Node", plural: "nodes", namespaced: false };

/** Services of the core group. */
export const services: Kind = { apiVersion: "v1", kind: "Service", plural: "services", namespaced: true };

/** ConfigMaps of the core group. */
export const configMaps: Kind = { apiVersion: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true };

/** Secrets of the core group; errors about them never repeat their content. */
export const secrets: Kind = {
  apiVersion: "v1",
  kind: "Secret",
  plural: "secrets",
  namespaced: true,
  confidential: true,
};

/** ServiceAccounts of the core group. */
export const serviceAccounts: Kind = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced: true,
};

/** PersistentVolumeClaims of the core group. */
export const persistentVolumeClaims: Kind = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  namespaced: true,
};

/** Pods of the core group. */
export const pods: Kind = { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true };

/** Events of group events.k8s.io. */
export const events: Kind = { apiVersion: "events.k8s.io/v1", kind: "Event", plural: "events", namespaced: true };

/** Deployments of group apps. */
export const deployments: Kind = { apiVersion: "apps/v1", kind: "Deployment", plural: "deployments", namespaced: true };

/** StatefulSets of group apps. */
export const statefulSets: Kind = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  namespaced: true,
};

/** DaemonSets of group apps. */
export const daemonSets: Kind = { apiVersion: "apps/v1", kind: "DaemonSet", plural: "daemonsets", namespaced: true };

/** ReplicaSets of group apps. */
export const replicaSets: Kind = { apiVersion: "apps/v1", kind: "ReplicaSet", plural: "replicasets", namespaced: true };

/** CronJobs of group batch. */
export const cronJobs: Kind = { apiVersion: "batch/v1", kind: "CronJob", plural: "cronjobs", namespaced: true };

/** Ingresses of group networking.k8s.io. */
export const ingresses: Kind = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  plural: "ingresses",
  namespaced: true,
};

/** PodDisruptionBudgets of group policy. */
export const podDisruptionBudgets: Kind = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  namespaced: true,
};

/** StorageClasses of group storage.k8s.io. */
export const storageClasses: Kind = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  plural: "storageclasses",
  namespaced: false,
};

/** Leases of group coordination.k8s.io. */
export const leases: Kind = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", plural: "leases", namespaced: true };

/** CustomResourceDefinitions of group apiextensions.k8s.io. */
export const customResourceDefinitions: Kind = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};
