import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/cluster/api/field.ts";
import { authUrl, publicUrl, urlHost } from "../../../src/cluster/options/endpoints.ts";
import { accountOptions, baseOptions, databaseOptions, serviceOptions } from "../../../src/cluster/options/groups.ts";
import type { InputParts } from "../../support/cluster-scope.ts";
import { partAt } from "../../support/part-at.ts";
import { inputsFor, scopeFor } from "../../support/cluster-scope.ts";

function connectionOf(spec: JsonObject, more: InputParts = {}): string {
  return partAt(databaseOptions(scopeFor("region", inputsFor(spec, more))), "sql_connection") as string;
}

const login = (db: JsonObject): InputParts => ({ document: { region: { db } } });
const parameters = "?charset=utf8&parseTime=true&interpolateParams=true";

describe("the connection to a database", () => {
  it("names user, password, server and database", () => {
    expect(connectionOf({})).toBe(
      `mysql+pymysql://yunioncloud:region.db.password@db.example.com:3306/yunioncloud${parameters}`,
    );
  });

  it("follows host and port of the spec", () => {
    expect(connectionOf({ mysql: { host: "other", port: 3307 } })).toContain("@other:3307/");
  });

  it("takes an IPv6 address in brackets", () => {
    expect(connectionOf({ mysql: { host: "fd00::1" } })).toContain("@[fd00::1]:3306/");
  });

  it("survives every character in name, password and database", () => {
    const any = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(any, any, any, (username, password, database) => {
        const text = connectionOf({}, login({ username, password, database }));
        const [, user, secret, name] =
          /^mysql\+pymysql:\/\/([^:@/?]+):([^:@/?]+)@db\.example\.com:3306\/([^:@/?]+)\?/.exec(text) ?? [];
        expect([user, secret, name].map((part) => decodeURIComponent(part ?? ""))).toEqual([
          username,
          password,
          database,
        ]);
      }),
      { numRuns: 25 },
    );
  });

  it("speaks Dameng where the cluster does, and where the component does", () => {
    const dameng = { host: "dm.example.com" };
    const connection = "dm://yunioncloud:region.db.password@dm.example.com:5236/yunioncloud";
    expect(connectionOf({ db_engine: "dameng", dameng })).toBe(connection);
    expect(connectionOf({ dameng, regionServer: { db_engine: "dameng" } })).toBe(connection);
    expect(connectionOf({ db_engine: "dameng", dameng, regionServer: { db_engine: "mysql" } })).toContain(
      "mysql+pymysql://",
    );
    expect(connectionOf({ db_engine: "dameng", dameng, regionServer: { db_engine: "" } })).toBe(connection);
  });

  it("is left out for a component without a database", () => {
    expect(databaseOptions(scopeFor("apigateway"))).toEqual({});
  });

  it("is for scheduler that of region, with region's engine", () => {
    const inputs = inputsFor({
      dameng: { host: "dm" },
      regionServer: { db_engine: "dameng" },
      scheduler: { db_engine: "mysql" },
    });
    expect(scopeFor("scheduler", inputs).file?.text).toContain(
      "dm://yunioncloud:region.db.password@dm:5236/yunioncloud",
    );
  });
});

describe("ClickHouse", () => {
  const clickhouse = { host: "click.example.com" };
  // A document may name a log for a component that keeps none.
  const document = { yunionconf: { clickhouse_conf: { database: "x", username: "x", password: "x" } } };
  const optionsOf = (type: string, spec: JsonObject, edition: string): JsonObject =>
    databaseOptions(scopeFor(type, inputsFor(spec, { edition, document })));

  it("takes the operation log in edition ee, where a host is named and the component has a log", () => {
    expect(optionsOf("region", { clickhouse }, "ee")).toMatchObject({
      clickhouse:
        "tcp://click.example.com:9000?database=yunioncloud&read_timeout=10&write_timeout=20" +
        "&username=yunioncloud&password=region.clickhouse_conf.password",
      ops_log_with_clickhouse: true,
    });
  });

  it.each([
    { where: "in edition ce", edition: "ce" },
    { where: "in edition ce/support", edition: "ce/support" },
    { where: "without a host", spec: {} },
    { where: "with an empty host", spec: { clickhouse: { host: "" } } },
    { where: "for a component without a log there", type: "yunionconf" },
  ])("is not named $where", ({ type = "region", spec = { clickhouse }, edition = "ee" }) => {
    expect(Object.keys(optionsOf(type, spec, edition))).toEqual(["sql_connection"]);
  });

  it("survives every character in its password, and takes an IPv6 address in brackets", () => {
    const password = "a&b=c@d/e%20#é";
    const inputs = inputsFor(
      { clickhouse: { host: "fd00::2" } },
      { edition: "ee", document: { region: { clickhouse_conf: { password } } } },
    );
    const text = partAt(databaseOptions(scopeFor("region", inputs)), "clickhouse") as string;
    const url = new URL(text.replace("tcp:", "http:"));
    expect(url.searchParams.get("password")).toBe(password);
    expect(url.host).toBe("[fd00::2]:9000");
  });
});

describe("worker counts", () => {
  const counts = (commonConfig: JsonObject, type = "region"): JsonObject => {
    const {
      region: _r,
      port: _p,
      ...options
    } = baseOptions(scopeFor(type, inputsFor({}, { document: { commonConfig } })), 1);
    return Object.fromEntries(Object.entries(options).filter(([key]) => key.endsWith("_count")));
  };

  it("are left out where they are the services' own", () => {
    expect(counts({})).toEqual({});
    expect(counts({ request_worker_count: 8, task_worker_count: 4 })).toEqual({});
  });

  it("are written where the credentials document changes them", () => {
    expect(counts({ request_worker_count: 16 })).toEqual({ request_worker_count: 16 });
  });

  it("are written for the gateway in any case, because its own number differs", () => {
    expect(scopeFor("apigateway").file?.text).toContain("request_worker_count: 8");
  });
});

describe("the account", () => {
  it("is that of the credentials document, and logs in at keystone's admin port", () => {
    const inputs = inputsFor({ keystone: { adminService: { nodePort: 31357 } } });
    expect(accountOptions(scopeFor("glance", inputs))).toEqual({
      auth_url: "https://prod-keystone:31357/v3",
      admin_user: "glance",
      admin_password: "glance.password",
    });
  });

  it("logs in without TLS where keystone speaks none", () => {
    expect(authUrl(scopeFor("glance", inputsFor({ keystone: { disableTLS: true } })))).toBe(
      "http://prod-keystone:30357/v3",
    );
  });
});

describe("the port of a service", () => {
  it("is that of the credentials document", () => {
    const inputs = inputsFor({}, { document: { glance: { port: 31292 } } });
    expect(serviceOptions(scopeFor("glance", inputs))).toMatchObject({ port: 31292 });
  });
});

describe("the host of a URL", () => {
  it.each([
    ["fd00::1", "[fd00::1]"],
    ["10.0.0.1", "10.0.0.1"],
    ["cloud.example.com", "cloud.example.com"],
  ])("%s stands there as %s", (host, text) => {
    expect(urlHost(host)).toBe(text);
    expect(publicUrl(scopeFor("region", inputsFor({ loadBalancerEndpoint: host })))).toBe(`https://${text}`);
  });
});
