/** CPU in cores and memory in bytes. */
export interface Capacity {
  readonly cpu: number;
  readonly memory: number;
}

/** Limits of one container as Kubernetes writes them. */
export interface Limits {
  readonly cpu: string;
  readonly memory: string;
}

/** A claim that exists, as far as builders look at it. */
export interface LiveClaim {
  readonly name: string;
  readonly storageClassName: string;
  /** Whether it has its volume. */
  readonly bound?: boolean;
}

/** Ids that the platform has given to the region and its zones; one that it does not know yet has none. */
export interface ZoneIds {
  /** That of the region itself. */
  readonly region?: string;
  /** That of the first zone of the region. */
  readonly first?: string;
  /** Those of the zones beside it, by name. */
  readonly custom: Readonly<Record<string, string>>;
}

/** What builders may know of the surroundings; read once per pass. */
export interface Facts {
  /** Version of the API server, minor number of 1.x. */
  readonly kubernetesMinor: number;
  /** The smallest capacity among all control-plane nodes, ready or not; `undefined` while none is visible. */
  readonly capacity?: Capacity;
  /** The platform's own labels that some node has, `onecloud.yunion.io/host=enable`, each once and in order; `undefined` where nodes cannot be seen. */
  readonly nodeLabels?: readonly string[];
  readonly zoneIds: ZoneIds;
  /** The claims in the cluster's namespace: data stays on the volume that it is on. */
  readonly liveClaims: readonly LiveClaim[];
  /** Names of the storage classes, in order; `undefined` where they cannot be read. */
  readonly storageClasses?: readonly string[];
  /**
   * Computed limits that a running workload has, by workload and container. They stay while no control-plane node is
   * visible, because a node that comes and goes must not roll the platform.
   */
  readonly liveLimits: (workload: string, container: string) => Limits | undefined;
  /** How many pods a live workload shall have: `undefined` where there is none. */
  readonly liveReplicas: (workload: string) => number | undefined;
}
