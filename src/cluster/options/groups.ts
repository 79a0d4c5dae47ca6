import type { DatabaseCredentials, ServiceCredentials } from "../api/credentials.ts";
import { ownWorkerCounts } from "../api/credentials.ts";
import type { Json, JsonObject } from "../api/field.ts";
import type { Engine } from "../api/names.ts";
import type { Scope } from "../api/scope.ts";
import { databaseEngine, listenPort, peer, regionOf } from "../api/scope.ts";
import { authUrl, urlHost } from "./endpoints.ts";

/** Options of every service: region, port, TLS, and worker counts where the credentials document changes them. */
export function baseOptions(s: Scope, port: number): JsonObject {
  return { ...plainBaseOptions(s, port), ...tlsOptions() };
}

/** The same for a service that speaks plain HTTP. */
export function plainBaseOptions(s: Scope, port: number): JsonObject {
  return { region: regionOf(s), port, ...workerCounts(s) };
}

function workerCounts(s: Scope): JsonObject {
  return changed(s.credentials.commonConfig, ownWorkerCounts);
}

/** The options that say something else than the service does by itself; what is `undefined` says nothing. */
export function changed<K extends string>(
  wanted: Readonly<Record<K, Json | undefined>>,
  own: Readonly<Record<K, Json>>,
): JsonObject {
  const entries = Object.entries<Json | undefined>(wanted);
  return Object.fromEntries(entries.filter(([key, value]) => value !== undefined && value !== own[key as K]));
}

function tlsOptions(): JsonObject {
  return {
    enable_ssl: true,
    ssl_certfile: "/etc/yunion/pki/service.crt",
    ssl_keyfile: "/etc/yunion/pki/service.key",
    ssl_ca_certs: "/etc/yunion/pki/ca.crt",
  };
}

/** How a service logs in at keystone. */
export function accountOptions(s: Scope, account: ServiceCredentials = s.config): JsonObject {
  return { auth_url: authUrl(s), ...defined({ admin_user: account.username, admin_password: account.password }) };
}

/** How a service reaches its database, and the ClickHouse of its operation log in edition ee. */
export function databaseOptions(
  s: Scope<{ readonly db_engine?: string }>,
  config: ServiceCredentials = s.config,
): JsonObject {
  if (config.db === undefined) return {};
  const log = s.component.database?.clickhouse === true ? clickhouseOptions(s, config.clickhouse_conf) : {};
  return { sql_connection: sqlConnection(s, config.db), ...log };
}

/** How a service that works in the database of region reaches it: region's engine counts, whatever the service says. */
export function regionDatabaseOptions(s: Scope): JsonObject {
  return databaseOptions({ ...s, spec: peer(s, "regionServer") });
}

/** Engine of a component's database. */
export function engineOf(s: Scope<{ readonly db_engine?: string }>): Engine {
  return databaseEngine(s.component.database, s.spec.db_engine, s.cluster);
}

function sqlConnection(s: Scope<{ readonly db_engine?: string }>, db: DatabaseCredentials): string {
  const engine = engineOf(s);
  const server = s.cluster.platform[engine];
  const login = `${encodeURIComponent(db.username)}:${encodeURIComponent(db.password)}`;
  const place = `${login}@${urlHost(server.host ?? "")}:${server.port}/${encodeURIComponent(db.database)}`;
  if (engine === "dameng") return `dm://${place}`;
  return `mysql+pymysql://${place}?charset=utf8&parseTime=true&interpolateParams=true`;
}

/** How a service reaches the database of its operation log; nothing where the cluster has no ClickHouse for it. */
export function clickhouseOptions(s: Scope, db: DatabaseCredentials | undefined): JsonObject {
  const server = s.cluster.platform.clickhouse;
  if (db === undefined || !server.host || s.cluster.edition !== "ee") return {};
  const login = `username=${encodeURIComponent(db.username)}&password=${encodeURIComponent(db.password)}`;
  const query = `database=${encodeURIComponent(db.database)}&read_timeout=10&write_timeout=20&${login}`;
  return {
    clickhouse: `tcp://${urlHost(server.host)}:${server.port}?${query}`,
    ops_log_with_clickhouse: true,
  };
}

function defined(entries: Readonly<Record<string, string | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/** Options of a service with an account and a database of its own. */
export function serviceOptions(s: Scope<{ readonly db_engine?: string }>): JsonObject {
  return { ...baseOptions(s, listenPort(s)), ...accountOptions(s), ...databaseOptions(s) };
}
