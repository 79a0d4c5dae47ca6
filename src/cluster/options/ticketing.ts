import type { ServiceCredentials } from "../api/credentials.ts";
import type { Scope } from "../api/scope.ts";
import { authUrl, urlHost } from "./endpoints.ts";
import type { Properties } from "./properties.ts";
import { propertiesText } from "./properties.ts";

/** The properties of the ticketing service: how it serves, its two databases, and how it logs in. */
export function ticketingText(s: Scope, port: number): string {
  return propertiesText({
    ...general,
    ...prefixed("server", { port, ...server }),
    ...prefixed("datasource.primary", { ...source(s, ""), ...firstSchema }),
    ...prefixed("datasource.secondary", source(s, s.component.database?.secondSuffix ?? "", workflowTime)),
    ...workflows,
    ...prefixed("yunion.rc.auth", { url: authUrl(s), ...account(s), ...session }),
    ...prefixed("yunion.rc.email.link", mailLink(s.config)),
    non_default_domain_projects: false,
  });
}

function prefixed(prefix: string, properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [`${prefix}.${key}`, value]));
}

const general: Properties = {
  debug: false,
  trace: false,
  "banner.charset": "UTF-8",
  "logging.level.com.yunion": "INFO",
  "spring.output.ansi.enabled": "ALWAYS",
  "spring.security.basic.enabled": false,
};

const server: Properties = {
  "session-timeout": 180,
  "context-path": "/",
  "tomcat.basedir": ".",
  "tomcat.uri-encoding": "UTF-8",
  "tomcat.accesslog.enabled": true,
  "tomcat.accesslog.dir": "access_logs",
  "tomcat.accesslog.file-date-format": ".yyyy-MM-dd",
  "tomcat.accesslog.prefix": "access_log",
  "tomcat.accesslog.suffix": ".log",
  "tomcat.accesslog.rotate": true,
};

const firstSchema: Properties = { schema: "classpath:sql/schema.sql", "initialization-mode": "always" };
const workflowTime = "&useTimezone=true&serverTimezone=UTC";
const connection =
  "useUnicode=true&characterEncoding=utf8&zeroDateTimeBehavior=convertToNull&useSSL=false&createDatabaseIfNotExist=true";

/** A database of the service, always in MySQL: the program knows no other. */
function source(s: Scope, suffix: string, more = ""): Properties {
  const { host = "", port } = s.cluster.platform.mysql;
  const { database = "", username = "", password = "" } = s.config.db ?? {};
  const place = `${urlHost(host)}:${port}/${encodeURIComponent(database + suffix)}`;
  return {
    "jdbc-url": `jdbc:mysql://${place}?${connection}${more}`,
    username,
    password,
    "driver-class-name": "com.mysql.cj.jdbc.Driver",
    initialize: false,
    "continue-on-error": false,
    "sql-script-encoding": "utf-8",
  };
}

const workflows: Properties = {
  "camunda.bpm.history-level": "FULL",
  "camunda.bpm.filter.create": "All tasks",
  "camunda.bpm.database.type": "mysql",
};

function account({ config: { username = "", password = "" }, cluster }: Scope): Properties {
  return { domain: "Default", username, password, project: "system", region: cluster.platform.region };
}

const session: Properties = {
  "cache-size": 500,
  timeout: 1000,
  debug: true,
  insecure: true,
  "refresh-interval": 300000,
};

/** Links in mails carry the address of who may answer them, encrypted. */
function mailLink({ encryptionKey = "" }: ServiceCredentials): Properties {
  return { "parameter.name": "mail-call-back-address", "parameter.key": "address", "encryption.key": encryptionKey };
}
