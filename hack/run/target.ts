/** The Kubernetes cluster that the platform is shown on. */
export interface Target {
  /** Path of its kubeconfig. */
  readonly kubeconfig: string;
  /** How long to wait for the platform, in milliseconds. */
  readonly waitMs: number;
  /** What a person may try next. */
  readonly hints: (cluster: string) => string;
  /** Takes away what was started for it. */
  readonly leave: () => Promise<void>;
}

/** Namespace of the example. */
export const namespace = "onecloud";

/** Commands worth trying, with the command line that reaches the cluster in front. */
export function hintsFor(kubectl: string, cluster: string): string {
  return [
    `  ${kubectl} get oc -A`,
    `  ${kubectl} edit oc -n ${namespace} ${cluster}`,
    `  ${kubectl} delete oc -n ${namespace} ${cluster}`,
  ].join("\n");
}
