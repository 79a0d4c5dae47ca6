/** A database with its user. */
export interface DatabaseCredentials {
  readonly database: string;
  readonly username: string;
  readonly password: string;
}

/** What one service logs in with, and the port that it listens on. */
export interface ServiceCredentials {
  readonly port?: number;
  /** Platform account. */
  readonly username?: string;
  readonly password?: string;
  readonly db?: DatabaseCredentials;
  readonly clickhouse_conf?: DatabaseCredentials;
  /** Key with which the ticketing service encrypts the links in its mails. */
  readonly encryptionKey?: string;
}

/** Worker counts that every option file carries where they differ from the services' own. */
export type CommonOptions = Readonly<
  Record<"cron_job_worker_count" | "local_task_worker_count" | "request_worker_count" | "task_worker_count", number>
>;

/** Worker counts of the services themselves: what need not be said in an option file. */
export const ownWorkerCounts: CommonOptions = {
  cron_job_worker_count: 4,
  local_task_worker_count: 4,
  request_worker_count: 8,
  task_worker_count: 4,
};

/**
 * The credentials of a cluster, as the document under `OnecloudClusterConfig` holds them: the reference's document and
 * the generated secrets that the reference keeps in the spec. Entries of services that this program does not know are kept.
 */
export interface Credentials {
  readonly commonConfig: CommonOptions;
  readonly keystone: ServiceCredentials & { readonly bootstrapPassword: string };
  readonly monitorStack: { readonly minioSecretKey: string; readonly grafanaAdminPassword: string };
  readonly victoriaMetrics: { readonly pprofAuthKey: string };
  /** The password that bare machines get for their management processor. */
  readonly baremetal: ServiceCredentials & { readonly ipmiPassword: string };
  readonly [configKey: string]: unknown;
}

/** What a component asks of the credentials document; a pure description, filled in by `prepare/`. */
export interface CredentialNeeds {
  readonly configKey: string;
  readonly port?: number;
  readonly account?: string;
  readonly database?: { readonly name: string; readonly username?: string; readonly clickhouse: boolean };
  /** Keys of further generated secrets in its entry. */
  readonly secrets?: readonly string[];
}
